// What people write and share.

const THINGS = [["file", "📄 File"], ["image", "🖼️ Picture"], ["voice", "🎤 Voice message"], ["poll", "📊 Poll"], ["location", "📍 Location"], ["deck_card", "🗂️ Deck card"]];
const CAPTIONED = ["file", "image"];

function reply(message) {
  replyTo = message;
  $("replying").hidden = !message;
  if (!message) return;
  entitle(false);
  const [name, excerpt] = $("replying").firstElementChild.children;
  name.textContent = message.name;
  const words = $("m" + message.id).querySelector(".body").innerText.replace(/\s+/g, " ").slice(0, 140);
  excerpt.textContent = words || message.shared?.name || "";
  $("text").focus();
}
// Shows or hides the field for the title of a new thread.
function entitle(on) {
  $("opening").hidden = !on;
  if (!on) { $("thread-title").value = ""; return; }
  reply(null);
  $("thread-title").focus();
}
function send(text) {
  if (!text.trim()) return false;
  const title = $("opening").hidden ? null : $("thread-title").value.trim();
  if (title === "") { $("thread-title").focus(); return false; }
  const deed = title ? {do: "open_thread", title, text} : {do: "say", text, reply_to: replyTo?.id ?? null, thread};
  const action = {room, author: speaker, ...deed};
  reply(null);
  entitle(false);
  atEnd = true;
  sending = sending.then(() => post("/demo/act", action)).then(done => {
    if (title && room === action.room) { opening = done.message; draw(); }
  }).catch(error => {
    if (!$("text").value) { $("text").value = text; fit(); }
    complain(error);
  });
  return true;
}
function share(thing) {
  const captioned = CAPTIONED.includes(thing), caption = captioned ? $("text").value.trim() : "";
  if (caption) clearText();
  const action = {do: "share", thing, caption, reply_to: replyTo?.id ?? null, thread};
  reply(null);
  atEnd = true;
  act(action).catch(complain);
  $("text").focus();
}
function openThings() {
  const close = doing => () => { $("things").hidePopover(); doing(); };
  const item = (words, doing) => make("button", {type: "button", onclick: close(doing)}, words);
  const items = THINGS.map(([thing, words]) => {
    const button = item(words, () => share(thing));
    button.dataset.thing = thing;
    return button;
  });
  const more = [make("small", {}, "Your text goes below a file or picture.")];
  if (view.has_threads && !thread) more.push(make("hr"), make("button", {type: "button", id: "new-thread", onclick: close(() => entitle(true))}, "🧵 New thread…"));
  $("things").replaceChildren(...items, ...more);
  openMenu($("things"), $("add"));
}
function clearText() {
  $("text").value = "";
  fit();
}
function fit() {
  const text = $("text");
  text.style.height = "auto";
  text.style.height = text.scrollHeight + "px";
  $("composer").querySelector(".send").disabled = !text.value.trim();
  suggest();
}
