def play(word, guesses):
    found = set()
    wrong = []
    for g in guesses:
        if g in found or g in wrong:
            print(f"already tried {g}")
            continue
        if g in word:
            found.add(g)
        else:
            wrong.append(g)
        shown = " ".join(c if c in found else "_" for c in word)
        print(f"{g}: {shown}   wrong: {''.join(wrong)}")
        if set(word) <= found:
            print("won with", 6 - len(wrong), "lives left")
            return True
        if len(wrong) >= 6:
            print("lost, it was", word)
            return False
    return None


print(play("python", "etaoinpyxhq"))
print(play("jazz", "etaoinshr"))
print(play("a", "bb"))
