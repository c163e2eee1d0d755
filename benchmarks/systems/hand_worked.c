/* The hand-worked 2-2-2 network, as one would write it in C: all numbers in registers, two gradients to a unit.

   What Numba's compiler makes of our program calls exp as often, four times an update, and divides as often. Besides it
   has, for each sigmoid, an absolute value, a comparison and a choice of the numerator, so that no exp overflows; and six
   multiplications more, since the rate meets every weight and not every delta. What these weigh beside exp depends on
   the processor. Left out as a trial, the choice made no difference on one of Intel's with AVX-512. */

#include <math.h>

static double sigmoid(double x) { return 1.0 / (1.0 + exp(-x)); }

/* given: i1 i2 b1 b2 t1 t2 eta; weights: w1 to w8, updated in place. */
void train(const double *given, double *weights, long updates)
{
    const double i1 = given[0], i2 = given[1], b1 = given[2], b2 = given[3];
    const double t1 = given[4], t2 = given[5], eta = given[6];
    double w1 = weights[0], w2 = weights[1], w3 = weights[2], w4 = weights[3];
    double w5 = weights[4], w6 = weights[5], w7 = weights[6], w8 = weights[7];

    for (long k = 0; k < updates; k++) {
        const double h1 = sigmoid(w1 * i1 + w2 * i2 + b1);
        const double h2 = sigmoid(w3 * i1 + w4 * i2 + b1);
        const double o1 = sigmoid(w5 * h1 + w6 * h2 + b2);
        const double o2 = sigmoid(w7 * h1 + w8 * h2 + b2);

        /* The learning rate is taken into the deltas of the outputs, so every delta below carries it. */
        const double delta_o1 = eta * (o1 - t1) * o1 * (1.0 - o1);
        const double delta_o2 = eta * (o2 - t2) * o2 * (1.0 - o2);
        const double delta_h1 = (delta_o1 * w5 + delta_o2 * w7) * h1 * (1.0 - h1);
        const double delta_h2 = (delta_o1 * w6 + delta_o2 * w8) * h2 * (1.0 - h2);

        w1 -= delta_h1 * i1;
        w2 -= delta_h1 * i2;
        w3 -= delta_h2 * i1;
        w4 -= delta_h2 * i2;
        w5 -= delta_o1 * h1;
        w6 -= delta_o1 * h2;
        w7 -= delta_o2 * h1;
        w8 -= delta_o2 * h2;
    }

    weights[0] = w1, weights[1] = w2, weights[2] = w3, weights[3] = w4;
    weights[4] = w5, weights[5] = w6, weights[6] = w7, weights[7] = w8;
}
