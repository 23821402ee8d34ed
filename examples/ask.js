// Who handles it, from a browser. Another question aborts the one before.

let running;

export async function whoHandles(question, { base = "http://127.0.0.1:8000", township } = {}) {
  running?.abort();
  running = new AbortController();
  const parameters = new URLSearchParams({ q: question });
  if (township) parameters.set("township", township);
  const response = await fetch(`${base}/api/v1/answer?${parameters}`, { signal: running.signal });
  if (response.status === 429) throw new Error(`问得太快，请 ${response.headers.get("Retry-After")} 秒后再问`);
  if (!response.ok) throw new Error((await response.json()).message);
  const { status, answer, advice } = await response.json();
  if (status === "not_found") return { status, text: advice };
  return {
    status,
    text: answer.summary,
    bodies: answer.responsible.map((one) => one.department),
    citation: answer.citation,
    link: base + answer.duty.url,
  };
}
