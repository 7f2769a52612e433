int value;
static int hidden;
extern int elsewhere;
int next(void) { return ++hidden + value + elsewhere; }
void *table(int i) { static void *t[] = {&value, &hidden}; return t[i]; }
