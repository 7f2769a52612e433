def to_rpn(expr):
    prec = {'+': 1, '-': 1, '*': 2, '/': 2, '^': 3}
    out, ops, num = [], [], ''
    for ch in expr + ' ':
        if ch.isdigit() or ch == '.':
            num += ch
            continue
        if num:
            out.append(float(num)); num = ''
        if ch in prec:
            while ops and ops[-1] != '(' and (prec[ops[-1]] > prec[ch] or (prec[ops[-1]] == prec[ch] and ch != '^')):
                out.append(ops.pop())
            ops.append(ch)
        elif ch == '(':
            ops.append(ch)
        elif ch == ')':
            while ops[-1] != '(':
                out.append(ops.pop())
            ops.pop()
    return out + ops[::-1]


def evaluate(rpn):
    stack = []
    for tok in rpn:
        if isinstance(tok, float):
            stack.append(tok)
        else:
            b = stack.pop(); a = stack.pop()
            stack.append({'+': a + b, '-': a - b, '*': a * b, '/': a / b if b else float('nan'), '^': a ** b}[tok])
    return stack[0]


for e in ['1+2*3', '(1+2)*3', '2^3^2', '10/4-1', '3.5*(2-8)/2', '1/0']:
    r = to_rpn(e)
    print(e, '=>', ' '.join(str(t) for t in r), '=', evaluate(r))
