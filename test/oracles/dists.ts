/**
 * Distributions as @stdlib has them: functions one by one, for all of them together come as 1,400 packages. Those of 0.2 are kept: at a shape of
 * 10,000 gamma's of 0.3 is wrong by some thousandths.
 */
import betaCdf from '@stdlib/stats-base-dists-beta-cdf';
import betaMean from '@stdlib/stats-base-dists-beta-mean';
import betaVariance from '@stdlib/stats-base-dists-beta-variance';
import binomialCdf from '@stdlib/stats-base-dists-binomial-cdf';
import binomialQuantile from '@stdlib/stats-base-dists-binomial-quantile';
import exponentialCdf from '@stdlib/stats-base-dists-exponential-cdf';
import gammaCdf from '@stdlib/stats-base-dists-gamma-cdf';
import lognormalCdf from '@stdlib/stats-base-dists-lognormal-cdf';
import normalCdf from '@stdlib/stats-base-dists-normal-cdf';
import normalPdf from '@stdlib/stats-base-dists-normal-pdf';
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import tQuantile from '@stdlib/stats-base-dists-t-quantile';
import triangularCdf from '@stdlib/stats-base-dists-triangular-cdf';
import triangularMean from '@stdlib/stats-base-dists-triangular-mean';
import triangularVariance from '@stdlib/stats-base-dists-triangular-variance';
import uniformCdf from '@stdlib/stats-base-dists-uniform-cdf';
import uniformMean from '@stdlib/stats-base-dists-uniform-mean';
import uniformVariance from '@stdlib/stats-base-dists-uniform-variance';
import weibullCdf from '@stdlib/stats-base-dists-weibull-cdf';
import weibullMean from '@stdlib/stats-base-dists-weibull-mean';
import weibullStdev from '@stdlib/stats-base-dists-weibull-stdev';
import weibullVariance from '@stdlib/stats-base-dists-weibull-variance';

export const dists = {
  beta: { cdf: betaCdf, mean: betaMean, variance: betaVariance },
  binomial: { cdf: binomialCdf, quantile: binomialQuantile },
  exponential: { cdf: exponentialCdf },
  gamma: { cdf: gammaCdf },
  lognormal: { cdf: lognormalCdf },
  normal: { cdf: normalCdf, pdf: normalPdf, quantile: normalQuantile },
  t: { quantile: tQuantile },
  triangular: { cdf: triangularCdf, mean: triangularMean, variance: triangularVariance },
  uniform: { cdf: uniformCdf, mean: uniformMean, variance: uniformVariance },
  weibull: { cdf: weibullCdf, mean: weibullMean, stdev: weibullStdev, variance: weibullVariance },
};
