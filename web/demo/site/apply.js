// apply.js: sends the form without leaving the page, so that what follows happens where the visitor is.
// Without this script the form works as a plain post. Knows nothing of offers.
// SPDX-License-Identifier: MIT

const { sessionGlobal } = document.currentScript.dataset;
const form = document.getElementById('application');
const problem = document.getElementById('form-problem');
const panels = [...document.querySelectorAll('.panel')];

function showPanel(id) {
  for (const panel of panels) panel.hidden = panel.id !== id;
  const title = document.getElementById(`${id}-title`);
  title.focus({ preventScroll: true });
  title.scrollIntoView({ block: 'nearest' });
}

function showErrors(errors) {
  for (const name of ['fullName', 'email', 'country', 'document']) {
    const message = document.getElementById(`${name}-error`);
    message.textContent = errors[name] ?? '';
    message.hidden = !errors[name];
    document.getElementById(name)?.toggleAttribute('aria-invalid', false);
    if (errors[name]) document.getElementById(name)?.setAttribute('aria-invalid', 'true');
  }
  const first = form.elements[Object.keys(errors)[0]];
  (first instanceof RadioNodeList ? first[0] : first)?.focus();
}

function showProblem(text) {
  problem.textContent = text;
  problem.hidden = false;
}

async function sendApplication() {
  const fields = new URLSearchParams(new FormData(form));
  if (window[sessionGlobal]) fields.set('declineSession', window[sessionGlobal]);
  const response = await fetch(form.action, { method: 'POST', headers: { accept: 'application/json' }, body: fields });
  const answer = await response.json();
  if (response.ok) return showPanel(answer.outcome);
  showPanel('form');
  if (answer.errors) showErrors(answer.errors);
  else showProblem(answer.error);
}

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  problem.hidden = true;
  showErrors({});
  showPanel('checking');
  try {
    await sendApplication();
  } catch {
    showPanel('form');
    showProblem('We could not reach our server. Your details are still here: please try again.');
  }
});
