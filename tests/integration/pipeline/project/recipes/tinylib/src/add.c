#include "tiny.h"

int tiny_add(int left, int right) { return left + right; }
