// Reactions: who used which, and the picker to add one.

const EMOJI = [["👍", "Like"], ["❤️", "Love"], ["🎉", "Hooray"], ["😄", "Laugh"], ["👎", "Dislike"]];
const CONTROLS = [["🛑", "Stop the answer"], ["🔁", "Answer again"], ["🗑️", "Forget this turn"]];
// What the bot says with its own ones.
const SIGNS = {"👀": ["thinking", "works on it"], "⚠️": ["failed", "could not answer"]};
let picking = null;

function drawReactions(message) {
  return make("div", {class: "reactions"}, ...message.reactions.map(([emoji, actors]) => drawReaction(message, emoji, actors)));
}
function drawReaction(message, emoji, actors) {
  const own = actors.includes(speaker), byBot = actors.some(isBot);
  const [kind, meaning] = byBot && SIGNS[emoji] || ["", ""];
  const first = id => id === speaker ? "You" : nameOf(id).split(" ")[0];
  const names = actors.slice(0, 3).map(first).join(", ") + (actors.length > 3 ? "…" : "");
  const who = actors.map(id => id === speaker ? "you" : nameOf(id)).join(", ");
  const title = who + (meaning ? `: ${meaning}` : "");
  return make("button", {
    type: "button", class: [byBot ? "by-bot" : "", kind].join(" "), title, "data-key": "on" + emoji, "data-emoji": emoji,
    "aria-pressed": String(own), "aria-label": `${emoji}, ${actors.length}: ${title}`,
    onclick: () => react(message.id, emoji, own ? "unreact" : "react"),
  }, emoji, make("b", {}, String(actors.length)), make("span", {}, meaning ? `${names} ${meaning}` : names));
}
function react(message, emoji, what) {
  return act({do: what, message, emoji}).catch(complain);
}
function openPicker(message, button) {
  picking = message;
  const reactions = view.messages.find(each => each.id === message).reactions;
  const choice = ([emoji, name], words) => {
    const own = reactions.some(([used, actors]) => used === emoji && actors.includes(speaker));
    return make("button", {type: "button", title: name, "aria-label": `${name} ${emoji}`, "aria-pressed": String(own), "data-emoji": emoji, onclick: () => pick(emoji, own)}, words);
  };
  $("picker").replaceChildren(
    make("div", {class: "emoji"}, ...EMOJI.map(each => choice(each, each[0]))),
    make("hr"), make("small", {}, `To steer ${view.bot}`),
    make("div", {class: "control"}, ...CONTROLS.map(each => choice(each, `${each[0]} ${each[1]}`))));
  openMenu($("picker"), button);
}
function pick(emoji, own) {
  const message = picking;
  $("picker").hidePopover();
  react(message, emoji, own ? "unreact" : "react");
}
