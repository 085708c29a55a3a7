"use strict";
// What the page knows, and the small things that all its parts use.

const $ = id => document.getElementById(id);

const hash = new URLSearchParams(location.hash.slice(1));
let room = hash.get("room") || "", speaker = hash.get("as") || "users/mira", thread = Number(hash.get("thread")) || null;
let view = null, replyTo = null, opening = null, news = null, drawn = "", atEnd = true, sending = Promise.resolve();

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "onclick") node.addEventListener("click", value);
    else if (value !== undefined && value !== null) node.setAttribute(name, value);
  }
  node.append(...children.filter(child => child !== null && child !== undefined));
  return node;
}
function icon(path) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.append(document.createElementNS("http://www.w3.org/2000/svg", "path"));
  svg.firstChild.setAttribute("d", path);
  return svg;
}

const person = id => view.people.find(each => each.id === id);
const isBot = id => id.startsWith("bots/");
const nameOf = id => isBot(id) ? view.bot : person(id)?.name ?? id;
const initials = name => name.split(/\s+/).map(word => word[0]).join("").slice(0, 2).toUpperCase();
const shade = id => "s" + [...id].reduce((sum, c) => (sum * 31 + c.codePointAt(0)) % 997, 7) % 6;
const mine = () => view.rooms.filter(each => each.members.includes(speaker));
const current = () => view.rooms.find(each => each.token === room);
const moderates = () => current().moderators.includes(speaker);
const openThread = () => view.threads.find(each => each.id === thread);
function titleOf(each) {
  if (each.kind !== "one_to_one") return each.name;
  return nameOf(each.members.find(member => member !== speaker));
}
// Only in a one-to-one room is every message meant for the bot.
function needsCall(each) { return each.kind !== "one_to_one"; }
const called = words => needsCall(current()) ? `@${view.bot} ${words}` : words;

async function post(path, body) {
  const answer = await fetch(path, {method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(body)});
  const read = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(read.error || answer.statusText);
  return read;
}
// Who does what where is fixed when it is done, not when it is sent.
const act = action => post("/demo/act", {room, author: speaker, ...action});
function complain(error) {
  $("state").replaceChildren(make("span", {class: "word failed"}, "Not done"), error.message);
  $("state").shape = null;
}

// Opens a menu beside the button that belongs to it.
function openMenu(menu, button) {
  menu.beside = button;
  menu.showPopover();
  placeMenu(menu);
  menu.querySelector("button")?.focus();
}
function placeMenu(menu) {
  const box = menu.beside.getBoundingClientRect(), gap = 6;
  // Where it was before must not make it narrower now.
  menu.style.left = menu.style.top = "0";
  const above = box.top - menu.offsetHeight - gap;
  const left = Math.min(box.left, innerWidth - menu.offsetWidth - 8);
  menu.style.left = `${Math.max(8, left)}px`;
  menu.style.top = `${above >= 8 ? above : Math.min(box.bottom + gap, innerHeight - menu.offsetHeight - 8)}px`;
}
// Up and down move in it, as in every menu.
function steerMenu(menu) {
  menu.addEventListener("keydown", event => {
    const step = {ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1}[event.key];
    if (!step) return;
    event.preventDefault();
    const buttons = [...menu.querySelectorAll("button")];
    buttons[(buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length].focus();
  });
}
