// What was said: each message drawn once, and anew only when it has changed.

const SHARED = {file: ["📄", "File"], image: ["🖼️", "Picture"], voice: ["🎤", "Voice message"], location: ["📍", "Location"], poll: ["📊", "Poll"], deck_card: ["🗂️", "Deck card"]};
const REPLY = "M9 7 4 12l5 5M4 12h10a6 6 0 0 1 6 6v1";
const SMILE = "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM8.5 14a4 4 0 0 0 7 0M9 9.5h.01M15 9.5h.01";

function drawMessages() {
  const log = $("log"), shown = room + speaker + thread;
  if (drawn !== shown) { log.replaceChildren(); drawn = shown; atEnd = true; }
  const messages = thread ? view.messages.filter(message => message.thread === thread) : view.messages;
  const wanted = new Map(messages.map(message => ["m" + message.id, message]));
  for (const node of [...log.children]) if (!wanted.has(node.id)) node.remove();
  let previous = null, before = null;
  for (const [id, message] of wanted) {
    const first = !previous || previous.author !== message.author || message.at - previous.at > 300000 || message.kind === "system" || previous.kind === "system";
    const about = view.threads.find(each => each.id === message.thread);
    const shape = JSON.stringify([message, first, about]);
    let node = $(id);
    if (node?.shape !== shape) {
      const made = drawMessage(message, first, about), key = focusedKey(node);
      made.shape = shape;
      if (node) node.replaceWith(made); else if (before) before.after(made); else log.prepend(made);
      if (key) made.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus();
      node = made;
    }
    previous = message;
    before = node;
  }
  if (!wanted.size) log.append(drawEmpty());
  if (atEnd) log.scrollTo({top: log.scrollHeight, behavior: "instant"});
}
function focusedKey(node) {
  return node?.contains(document.activeElement) ? document.activeElement.dataset.key : null;
}
function drawEmpty() {
  const each = current();
  const text = !each.has_bot ? `${view.bot} is not in this room. A moderator can add it.` : needsCall(each)
    ? `People talk here among themselves. ${view.bot} listens, and answers who begins with @${view.bot} or replies to it.`
    : `${view.bot} answers every message here, whoever of the two of you asks.`;
  return make("div", {class: "empty"}, make("div", {class: "avatar bot-face", "aria-hidden": "true"}), make("b", {}, "Nothing said yet"), text);
}
function drawMessage(message, first, about) {
  const own = message.author === speaker, bot = message.kind === "bot";
  const body = make("div", {class: "body"});
  // The server escapes everything but the elements that it makes itself.
  body.innerHTML = message.html;
  const bubble = make("div", {class: "bubble"},
    about && !thread ? drawMarker(message, about) : null,
    message.reply && make("button", {class: "quote", type: "button", "data-key": "quote", onclick: () => jump(message.reply.id)},
      make("b", {}, message.reply.name), make("span", {}, message.reply.excerpt)),
    message.shared && drawShared(message.shared),
    body, drawReactions(message));
  const time = new Date(message.at);
  const node = make("article", {id: "m" + message.id, class: [message.kind, own ? "mine" : "", first ? "first" : ""].join(" ")});
  if (message.kind !== "system") {
    node.append(
      make("span", {class: `avatar ${bot ? "bot-face" : shade(message.author)}`, "aria-hidden": "true"}, bot ? "" : initials(message.name)),
      make("div", {class: "by"}, make("b", {}, message.name), bot ? make("span", {class: "badge"}, "Bot") : null,
        make("time", {datetime: time.toISOString()}, time.toLocaleTimeString([], {hour: "2-digit", minute: "2-digit"}))),
      bubble, drawTools(message));
  } else node.append(bubble);
  if (message.webhook) node.append(make("div", {class: message.webhook.ok ? "meta" : "meta bad"}, message.webhook.line));
  return node;
}
function drawMarker(message, about) {
  const words = message.id === about.id ? `Thread: ${about.title} · ${about.messages}` : about.title;
  return make("button", {class: "marker", type: "button", "data-key": "thread", "aria-label": `Open the thread ${about.title}`, onclick: () => enterThread(about.id)},
    make("i", {"aria-hidden": "true"}, "🧵"), make("span", {}, words));
}
function drawShared({kind, name}) {
  const [sign, word] = SHARED[kind];
  return make("div", {class: "shared", "data-kind": kind}, make("i", {"aria-hidden": "true"}, sign), make("div", {}, make("b", {}, name), make("small", {}, word)));
}
function drawTools(message) {
  const tool = (key, title, label, path, onclick) => make("button", {type: "button", title, "aria-label": label, "data-key": key, onclick}, icon(path));
  const react = event => openPicker(message.id, event.currentTarget);
  return make("div", {class: "tools"},
    tool("reply", "Reply", `Reply to ${message.name}`, REPLY, () => reply(message)),
    message.takes_reactions ? tool("react", "React", `React to the message of ${message.name}`, SMILE, react) : null);
}
function jump(id) {
  if (!$("m" + id) && thread) choose(room);
  const node = $("m" + id);
  if (!node) return;
  node.scrollIntoView({block: "center"});
  node.classList.remove("flash");
  requestAnimationFrame(() => node.classList.add("flash"));
}
