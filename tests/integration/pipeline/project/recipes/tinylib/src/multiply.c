#include "tiny.h"

int tiny_multiply(int left, int right) { return left * right; }
