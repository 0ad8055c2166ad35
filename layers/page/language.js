// The page in another of its languages: the reader's choice stands in the address (`lang=ru`), and where a frame has no address of
// its own in the frame's name; the page is then built anew in that language.

const NAME_PREFIX = "panj:";

/** Language that the reader asks for, of those that the page has. @param {any} content @returns {string} */
function chosenLanguage(content) {
  const { names } = content.languages;
  let asked = null;
  try { asked = /(?:^|[#&])lang=([a-z]{2,3})(?:&|$)/.exec(window.location.hash); } catch (error) { void error; }
  if (!asked && window.name.startsWith(NAME_PREFIX)) asked = /(?:^|&)lang=([a-z]{2,3})(?:&|$)/.exec(window.name.slice(NAME_PREFIX.length));
  return asked && asked[1] in names ? asked[1] : content.page.lang;
}

/** Put the texts of a language into the page's data. @param {any} content @param {string} code */
function translate(content, code) {
  for (const [path, value] of content.languages.texts[code] || []) {
    let place = content;
    for (const key of path.slice(0, -1)) place = place[key];
    place[path[path.length - 1]] = value;
  }
}

/** Say what stands in the page itself in its language: direction, headline, and every element that names its words. */
function relabel(content) {
  const { page } = content;
  document.documentElement.lang = page.locale;
  document.documentElement.dir = page.dir;
  document.title = page.title;
  const head = { title: page.title, subtitle: page.subtitle, date: page.date };
  for (const element of document.querySelectorAll("[data-panj-page]")) element.textContent = head[/** @type {HTMLElement} */ (element).dataset.panjPage];
  for (const element of document.querySelectorAll("[data-panj-say]")) element.textContent = say(/** @type {HTMLElement} */ (element).dataset.panjSay);
  for (const element of document.querySelectorAll("[data-panj-label]")) element.setAttribute("aria-label", say(/** @type {HTMLElement} */ (element).dataset.panjLabel));
}

/** Ask for the page in another language. @param {string} code */
function changeLanguage(code) {
  const hash = (() => { try { return window.location.hash.slice(1); } catch (error) { void error; return ""; } })();
  const rest = (hash.includes("=") ? hash.split("&") : []).filter((part) => part && !part.startsWith("lang="));
  const wanted = [...rest, `lang=${code}`].join("&");
  if (framed) window.name = `${NAME_PREFIX}${wanted}`;
  try { window.history.replaceState(window.history.state, "", `#${wanted}`); } catch (error) { void error; }
  window.location.reload();
}

/** A menu of the languages, each in its own words. @param {any} content */
function languageMenu(content) {
  const { names } = content.languages;
  const menu = make("select", { id: "panj-language", "aria-label": say("language"), on: { change: () => changeLanguage(menu.value) } },
    ...Object.entries(names).map(([code, name]) => make("option", { value: code, lang: code, text: name })));
  menu.value = content.page.lang;
  return make("div", { class: "panj-language" }, menu);
}
