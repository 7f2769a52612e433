/* Stands for an interpreter: answers as a probe script would, with what it was started with. */
#include <stdio.h>
int main(int argc, char **argv) {
    printf("@@probe {\"ok\": true, \"failed\": {}, \"program\": \"%s\", \"script\": \"%s\"}\n", argv[0], argv[argc - 1]);
    return 0;
}
