// The frame: rooms, the chosen one, its threads, and how far the bot is.

const STEPS = [["asked", "Asked"], ["waiting", "Queued"], ["answering", "Writing"], ["answered", "Answered"]];
// Of a real model nobody here knows when it begins to write.
const REAL_STEPS = [["asked", "Asked"], ["waiting", "Working"], ["answered", "Answered"]];
const WORDS = {quiet: "Listening", ignored: "Not answered", refused: "Answer refused", failed: "Failed", ended: "Ended"};
const IDEAS = ["/help", "Give me a list", "Show me some code", "A table, please", "A bit of everything in Markdown", "What was my first question?", "What do you remember?", "A long answer, please", "Think first, then answer", "Call everybody"];
const KINDS_OF_PEOPLE = {federated_users: ", another server", guests: ", guest", emails: ", guest by mail"};

const steps = () => view.model.kind === "scripted" ? STEPS : REAL_STEPS;

async function follow() {
  let revision = 0, seenRoom = null;
  for (;;) {
    if (seenRoom !== room) { revision = 0; seenRoom = room; }
    news = new AbortController();
    try {
      const answer = await fetch(`/demo/view?room=${encodeURIComponent(room)}&revision=${revision}`, {signal: news.signal});
      if (!answer.ok) throw new Error(answer.statusText);
      const read = await answer.json();
      if (seenRoom !== room) continue;
      view = read;
      revision = view.revision;
      $("lost").hidden = true;
      if (!mine().some(each => each.token === room)) { choose(mine()[0]?.token ?? room, null, false); continue; }
      draw();
    } catch (error) {
      if (error.name === "AbortError") continue;
      $("lost").hidden = false;
      revision = 0;
      await new Promise(resolve => setTimeout(resolve, 1500));
    }
  }
}
function choose(token, inThread = null, refetch = true) {
  const moved = token !== room;
  room = token;
  thread = inThread;
  opening = null;
  reply(null);
  entitle(false);
  history.replaceState(null, "", "#" + new URLSearchParams({room, as: speaker, ...(thread ? {thread} : {})}));
  if (!refetch) return;
  if (moved) news?.abort(); else draw();
}

function draw() {
  if (view.threads.some(each => each.id === opening)) { thread = opening; opening = null; }
  if (thread && !openThread()) thread = null;
  drawSpeaker();
  drawRooms();
  drawHeader();
  drawThreads();
  drawMessages();
  drawState();
  drawFaults();
}
function drawSpeaker() {
  const select = $("speaker");
  if (!select.options.length) {
    for (const each of view.people) select.append(make("option", {value: each.id}, each.name + (KINDS_OF_PEOPLE[each.id.split("/")[0]] ?? "")));
  }
  if (!person(speaker)) speaker = view.people[0].id;
  select.value = speaker;
  document.title = `${titleOf(current())} – Talk demo`;
  const scripted = view.model.kind === "scripted";
  $("about").replaceChildren(
    make("strong", {}, "Demo. "),
    make("span", {class: "about-more"}, "The bot is the real service, Talk is a stand-in. "),
    scripted ? "The model is a script; nothing leaves this machine." : `The model is the one at ${view.model.address}; nothing goes anywhere else.`);
}
function faceOf(each) {
  return {text: each.kind === "note_to_self" ? "✎" : initials(titleOf(each)), kind: (each.kind === "one_to_one" ? "" : "group ") + shade(each.token)};
}
function drawRooms() {
  const list = $("rooms");
  const lines = mine().map(each => {
    const face = faceOf(each);
    const button = make("button", {class: "room", type: "button", "aria-current": String(each.token === room), "data-token": each.token, onclick: () => { choose(each.token); $("text").focus(); }},
      make("span", {class: "avatar " + face.kind, "aria-hidden": "true"}, face.text),
      make("span", {class: "text"}, make("b", {}, titleOf(each)), make("span", {class: "state"}, roomLine(each))));
    return make("li", {}, button);
  });
  const focused = list.contains(document.activeElement) ? document.activeElement.dataset.token : null;
  list.replaceChildren(...lines);
  if (focused) list.querySelector(`[data-token="${focused}"]`)?.focus();
}
function roomLine(each) {
  if (!each.has_bot) return `Without ${view.bot}`;
  const step = steps().find(([word]) => word === each.state.word);
  if (step) return `${view.bot}: ${step[1].toLowerCase()}`;
  if (each.state.word !== "quiet") return `${view.bot}: ${WORDS[each.state.word].toLowerCase()}`;
  return {one_to_one: "You two and the bot", group: `Group of ${each.members.length}`, public: "Anyone with the link", note_to_self: "Only you"}[each.kind];
}
function drawHeader() {
  const each = current(), face = faceOf(each), call = needsCall(each);
  $("title").textContent = titleOf(each);
  const names = each.members.map(id => (id === speaker ? "You" : nameOf(id)) + (each.moderators.includes(id) && each.kind !== "one_to_one" ? " (moderator)" : ""));
  $("members").textContent = [...names, ...(each.has_bot ? [`${view.bot} (bot)`] : [])].join(", ");
  $("face").textContent = face.text;
  $("face").className = "avatar " + face.kind;
  $("text").placeholder = thread ? `Write in the thread ${openThread().title}` : `Message to ${titleOf(each)}`;
  $("address").textContent = !each.has_bot ? `${view.bot} is not in this room` : call ? `Begin with @${view.bot} to ask the bot` : `${view.bot} answers every message here`;
  if ($("ideas").dataset.room !== room) {
    $("ideas").dataset.room = room;
    $("ideas").replaceChildren(...IDEAS.map(idea => make("button", {type: "button", onclick: () => send(called(idea))}, idea)));
  }
}
function drawThreads() {
  const bar = $("threads"), focused = bar.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  bar.hidden = !view.threads.length;
  document.querySelector("main").classList.toggle("in-thread", Boolean(thread));
  const back = () => { choose(room); $("text").focus(); };
  bar.replaceChildren(...(thread
    ? [make("button", {class: "plain", type: "button", "data-key": "back", onclick: back}, "← Room"), make("b", {}, `🧵 ${openThread().title}`)]
    : view.threads.map(each => make("button", {class: "plain", type: "button", "data-key": each.id, onclick: () => enterThread(each.id)}, `🧵 ${each.title} · ${each.messages}`))));
  if (focused) (bar.querySelector(`[data-key="${focused}"]`) ?? bar.querySelector("button"))?.focus();
}
function enterThread(id) {
  choose(room, id);
  $("text").focus();
}

function drawState() {
  const {word, detail} = current().state;
  const shape = JSON.stringify([word, detail, room]);
  if ($("state").shape === shape) return;
  $("state").shape = shape;
  $("state").dataset.word = word;
  const reached = steps().findIndex(([each]) => each === word);
  if (reached < 0) {
    $("state").replaceChildren(make("span", {class: "word " + word}, WORDS[word] ?? word), detail);
    return;
  }
  const items = steps().map(([each, name], index) => {
    const kind = index < reached ? "done" : index === reached ? "now" + (each === "answered" ? "" : " busy") : "";
    return make("li", {class: kind, "aria-current": index === reached ? "step" : null}, name);
  });
  $("state").replaceChildren(make("ol", {class: "steps", "aria-label": `How far ${view.bot} is`}, ...items), make("span", {}, detail));
}
