MAZE = """\
###########
#S..#.....#
#.#.#.###.#
#.#...#.#.#
#.#####.#.#
#.......#E#
###########"""

grid = [list(row) for row in MAZE.split("\n")]
H, W = len(grid), len(grid[0])


def find(ch):
    for r in range(H):
        for c in range(W):
            if grid[r][c] == ch:
                return r, c


def solve(r, c, path):
    if grid[r][c] == "E":
        return path
    if grid[r][c] in "#o":
        return None
    was = grid[r][c]
    grid[r][c] = "o"
    for dr, dc, step in ((0, 1, "R"), (1, 0, "D"), (0, -1, "L"), (-1, 0, "U")):
        found = solve(r + dr, c + dc, path + step)
        if found is not None:
            return found
    grid[r][c] = was
    return None


start = find("S")
path = solve(*start, "")
print("start", start, "end", find("E"))
print(path, len(path))
for row in grid:
    print("".join(row))
runs = []
for ch in path:
    if runs and runs[-1][0] == ch:
        runs[-1][1] += 1
    else:
        runs.append([ch, 1])
print(" ".join(f"{n}{ch}" for ch, n in runs))
