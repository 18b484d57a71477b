// Calls of the page to the sandbox. Every answer is JSON; a refusal becomes an Error with the sandbox's words.

async function read(response) {
  if (!response.ok) {
    const error = new Error((await response.text()) || String(response.status));
    error.status = response.status;
    throw error;
  }
  return response.json();
}

export async function get(path, query = {}) {
  const search = new URLSearchParams(query).toString();
  return read(await fetch(search ? `${path}?${search}` : path, { cache: 'no-store' }));
}

export async function post(path, body) {
  return read(await fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  }));
}

export async function upload(account, person, file, text) {
  const query = new URLSearchParams({ account, person, text });
  return read(await fetch(`/sandbox/upload?${query}`, { method: 'POST', headers: { 'Content-Type': file.type }, body: file }));
}
