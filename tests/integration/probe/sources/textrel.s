# An absolute address inside the code: the loader would have to write to it.
.text
.globl needs_fixing
needs_fixing:
    movabsq $needs_fixing, %rax
    ret
.section .note.GNU-stack,"",@progbits
