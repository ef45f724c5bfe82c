// Loaded before a measured program: at its end it tells, on descriptor 3, what it used.

process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  const usage = { megabytes: maxRSS / 1024, cpuMs: (userCPUTime + systemCPUTime) / 1000 };
  require('node:fs').writeSync(3, JSON.stringify(usage));
});
