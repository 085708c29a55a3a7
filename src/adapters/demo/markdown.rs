//! A message as safe HTML: Markdown as Talk shows it, mentions as marked names, everything else as the words it is.
//! Nothing from a message becomes markup, and nothing in it makes a browser ask another server.

use std::fmt::Write;

use pulldown_cmark::{Alignment, CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::talk::Parameters;

/// A stand-in for a mention while Markdown is read: private-use characters, which are removed from the text first.
const OPEN: char = '\u{e000}';
const CLOSE: char = '\u{e001}';

/// The HTML of a text with placeholders.
#[must_use]
pub fn render(text: &str, parameters: &Parameters) -> String {
    let marked = mark(text, parameters);
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut page =
        Page { html: String::with_capacity(2 * text.len()), parameters, columns: Columns::default() };
    for event in Parser::new_ext(&marked, options) {
        page.event(event);
    }
    page.html
}

/// Puts a mark with the place of its meaning where a placeholder is. Typed placeholders without one stay.
fn mark(text: &str, parameters: &Parameters) -> String {
    let text = text.replace([OPEN, CLOSE], "");
    parameters.0.keys().enumerate().fold(text, |text, (index, key)| {
        text.replace(&format!("{{{key}}}"), &format!("{OPEN}{index}{CLOSE}"))
    })
}

/// A page's HTML in the making.
struct Page<'a> {
    html: String,
    parameters: &'a Parameters,
    columns: Columns,
}

/// Where in a table the writer is.
#[derive(Default)]
struct Columns {
    alignments: Vec<Alignment>,
    next: usize,
    in_head: bool,
}

impl Page<'_> {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            // HTML in a message is words, like everything else.
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => self.words(&text),
            Event::Code(text) => {
                self.html.push_str("<code>");
                self.words(&text);
                self.html.push_str("</code>");
            }
            // In a chat, a new line is a new line.
            Event::SoftBreak | Event::HardBreak => self.html.push_str("<br>"),
            Event::Rule => self.html.push_str("<hr>"),
            Event::TaskListMarker(done) => {
                self.html.push_str("<span class=\"task\">");
                self.html.push_str(if done { "☑" } else { "☐" });
                self.html.push_str("</span> ");
            }
            Event::FootnoteReference(_) | Event::InlineMath(_) | Event::DisplayMath(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Table(alignments) => {
                self.columns.alignments = alignments;
                self.html.push_str("<div class=\"table\"><table>");
            }
            Tag::TableHead => self.row(true),
            Tag::TableRow => self.row(false),
            Tag::TableCell => self.cell(),
            Tag::List(Some(first)) => self.put(format_args!("<ol start=\"{first}\">")),
            Tag::CodeBlock(CodeBlockKind::Fenced(language)) if !language.is_empty() => {
                self.html.push_str("<pre data-language=\"");
                self.words(language.split_whitespace().next().unwrap_or(""));
                self.html.push_str("\"><code>");
            }
            Tag::CodeBlock(_) => self.html.push_str("<pre><code>"),
            // A picture is a link too: showing it would tell its server who reads here.
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => self.link(&dest_url),
            tag => {
                if let Some(name) = element(tag.to_end()) {
                    self.put(format_args!("<{name}>"));
                }
            }
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Table => self.html.push_str("</table></div>"),
            TagEnd::TableHead | TagEnd::TableRow => self.html.push_str("</tr>"),
            TagEnd::TableCell => self.html.push_str(if self.columns.in_head { "</th>" } else { "</td>" }),
            TagEnd::CodeBlock => self.html.push_str("</code></pre>"),
            TagEnd::Link | TagEnd::Image => self.html.push_str("</a>"),
            tag => {
                if let Some(name) = element(tag) {
                    self.put(format_args!("</{name}>"));
                }
            }
        }
    }

    fn row(&mut self, in_head: bool) {
        self.columns.in_head = in_head;
        self.columns.next = 0;
        self.html.push_str("<tr>");
    }

    fn cell(&mut self) {
        let name = if self.columns.in_head { "th" } else { "td" };
        let class = match self.columns.alignments.get(self.columns.next) {
            Some(Alignment::Right) => " class=\"right\"",
            Some(Alignment::Center) => " class=\"center\"",
            _ => "",
        };
        self.columns.next += 1;
        self.put(format_args!("<{name}{class}>"));
    }

    /// Only addresses that open a page or a mail; anything else becomes a link to nowhere.
    fn link(&mut self, target: &str) {
        let lower = target.to_ascii_lowercase();
        if ["http://", "https://", "mailto:"].iter().any(|scheme| lower.starts_with(scheme)) {
            self.html.push_str("<a target=\"_blank\" rel=\"noopener noreferrer\" href=\"");
            self.words(target);
            self.html.push_str("\">");
        } else {
            self.html.push_str("<a>");
        }
    }

    fn words(&mut self, text: &str) {
        let mut rest = text.chars();
        while let Some(c) = rest.next() {
            match c {
                '&' => self.html.push_str("&amp;"),
                '<' => self.html.push_str("&lt;"),
                '>' => self.html.push_str("&gt;"),
                '"' => self.html.push_str("&quot;"),
                '\'' => self.html.push_str("&#39;"),
                OPEN => {
                    let index: String = rest.by_ref().take_while(|c| *c != CLOSE).collect();
                    self.mention(&index);
                }
                c => self.html.push(c),
            }
        }
    }

    fn mention(&mut self, index: &str) {
        let parameter = index.parse().ok().and_then(|index| self.parameters.0.iter().nth(index));
        let Some((key, parameter)) = parameter else { return };
        if key.starts_with("mention-") {
            self.html.push_str("<span class=\"mention\">@");
            self.words(&parameter.name.replace([OPEN, CLOSE], ""));
            self.html.push_str("</span>");
        } else {
            self.words(&parameter.name.replace([OPEN, CLOSE], ""));
        }
    }

    fn put(&mut self, html: std::fmt::Arguments<'_>) {
        self.html.write_fmt(html).expect("a String takes everything");
    }
}

/// The element of a tag that needs no attribute.
fn element(tag: TagEnd) -> Option<&'static str> {
    match tag {
        TagEnd::Paragraph => Some("p"),
        TagEnd::Heading(_) => Some("h4"),
        TagEnd::BlockQuote(_) => Some("blockquote"),
        TagEnd::List(true) => Some("ol"),
        TagEnd::List(false) => Some("ul"),
        TagEnd::Item => Some("li"),
        TagEnd::Emphasis => Some("em"),
        TagEnd::Strong => Some("strong"),
        TagEnd::Strikethrough => Some("del"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::demo::talk::Parameter;
    use proptest::prelude::*;

    fn plain(text: &str) -> String {
        render(text, &Parameters::default())
    }

    #[test]
    fn shows_markdown() {
        for (text, html) in [
            ("**b** *i* ~~s~~ `c`", "<p><strong>b</strong> <em>i</em> <del>s</del> <code>c</code></p>"),
            ("one\ntwo", "<p>one<br>two</p>"),
            ("# Head", "<h4>Head</h4>"),
            ("> said", "<blockquote><p>said</p></blockquote>"),
            ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
            ("3. a", "<ol start=\"3\"><li>a</li></ol>"),
            ("- [x] done", "<ul><li><span class=\"task\">☑</span> done</li></ul>"),
            ("```rust\na < b\n```", "<pre data-language=\"rust\"><code>a &lt; b\n</code></pre>"),
            (
                "|a|b|\n|-|-:|\n|1|2|",
                "<div class=\"table\"><table><tr><th>a</th><th class=\"right\">b</th></tr>\
                 <tr><td>1</td><td class=\"right\">2</td></tr></table></div>",
            ),
        ] {
            assert_eq!(plain(text), html, "{text}");
        }
    }

    #[test]
    fn html_stays_words() {
        assert_eq!(plain("a <b onclick=x>c</b>"), "<p>a &lt;b onclick=x&gt;c&lt;/b&gt;</p>");
        assert_eq!(plain("<script>x</script>"), "&lt;script&gt;x&lt;/script&gt;");
    }

    #[test]
    fn links_open_pages_and_pictures_are_links() {
        let link =
            "<a target=\"_blank\" rel=\"noopener noreferrer\" href=\"https://a.example/?x=&quot;\">t</a>";
        assert_eq!(plain("[t](https://a.example/?x=\")"), format!("<p>{link}</p>"));
        assert_eq!(plain("![t](https://a.example/?x=\")"), format!("<p>{link}</p>"));
        assert_eq!(plain("[t](javascript:alert(1))"), "<p><a>t</a></p>");
    }

    #[test]
    fn known_placeholders_become_names_and_others_stay() {
        let mut parameters = Parameters::default();
        parameters.0.insert("mention-user1".into(), Parameter::user("mira", "M <3"));
        assert_eq!(
            render("{mention-user1} {mention-user2}", &parameters),
            "<p><span class=\"mention\">@M &lt;3</span> {mention-user2}</p>"
        );
    }

    proptest! {
        #[test]
        fn only_its_own_elements_ever_appear(text in "[<>a&\"'`*|\\[\\]()! \n#:/{}\u{e000}\u{e001}0-]{0,60}") {
            const OWN: [&str; 21] = ["p", "h4", "blockquote", "ol", "ul", "li", "em", "strong", "del", "a", "pre",
                "code", "table", "tr", "th", "td", "br", "hr", "div", "span", ""];
            for tag in plain(&text).split('<').skip(1) {
                let name: String = tag.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
                prop_assert!(!name.is_empty() && OWN.contains(&name.as_str()), "{}", tag);
            }
        }
    }
}
