#pragma once
int tiny_add(int left, int right);
int tiny_multiply(int left, int right);
