from functools import lru_cache

LINES = ((0, 1, 2), (3, 4, 5), (6, 7, 8), (0, 3, 6), (1, 4, 7), (2, 5, 8), (0, 4, 8), (2, 4, 6))


def winner(board):
    for a, b, c in LINES:
        if board[a] != "." and board[a] == board[b] == board[c]:
            return board[a]
    return None


@lru_cache(maxsize=None)
def best(board, player):
    w = winner(board)
    if w:
        return (1 if w == "X" else -1), None
    if "." not in board:
        return 0, None
    outcomes = []
    for i, cell in enumerate(board):
        if cell == ".":
            nxt = board[:i] + player + board[i + 1 :]
            score, _ = best(nxt, "O" if player == "X" else "X")
            outcomes.append((score, -i))
    score, i = max(outcomes) if player == "X" else min(outcomes)
    return score, -i


def show(board):
    for r in range(0, 9, 3):
        print(" ".join(board[r : r + 3]))
    print()


board, player = "........." , "X"
while True:
    score, move = best(board, player)
    if move is None:
        break
    board = board[:move] + player + board[move + 1 :]
    player = "O" if player == "X" else "X"
    show(board)
print("score", score, "positions", best.cache_info().currsize)
