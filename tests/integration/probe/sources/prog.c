#include <stdio.h>
#ifdef ODD
extern int odd(void);
#endif
#ifdef PLACE
const char place[] = PLACE;
#else
const char place[] = "nowhere";
#endif
int main(int argc, char **argv) {
    (void)argv;
#ifdef ODD
    argc += odd();
#endif
    printf("%s %d\n", place, argc);
    return 0;
}
