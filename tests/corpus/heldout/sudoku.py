def solve(board, n):
    box = int(n**0.5)
    best = None
    for r in range(n):
        for c in range(n):
            if board[r][c] == 0:
                used = set(board[r]) | {board[i][c] for i in range(n)}
                br, bc = r // box * box, c // box * box
                used |= {board[i][j] for i in range(br, br + box) for j in range(bc, bc + box)}
                options = [v for v in range(1, n + 1) if v not in used]
                if best is None or len(options) < len(best[2]):
                    best = (r, c, options)
    if best is None:
        return True
    r, c, options = best
    for v in options:
        board[r][c] = v
        if solve(board, n):
            return True
    board[r][c] = 0
    return False


def parse(text):
    return [[int(ch) if ch.isdigit() else 0 for ch in row] for row in text.split()]


def show(board):
    for row in board:
        print("".join(str(v) for v in row))


small = parse("1..4 ..1. .1.. 4..1")
print(solve(small, 4))
show(small)
big = parse("53..7.... 6..195... .98....6. 8...6...3 4..8.3..1 7...2...6 .6....28. ...419..5 ....8..79")
print(solve(big, 9))
show(big)
print(solve(parse("11.. .... .... ...."), 4) and "solved anyway")
