import sys


def main():
    print("three problems found")
    return 3


if __name__ == "__main__":
    sys.exit(main())
