//! Pieces that the scripted model can be asked for.

/// A numbered and a nested list.
pub(super) const LIST: &str = "\
Three steps to a good cup of tea:

1. Boil **fresh** water
2. Pour it over the leaves
   - green tea: at 80 °C
   - black tea: boiling
3. Wait, then *enjoy*";

/// A fenced block.
pub(super) const CODE: &str = "\
Counting words, in Rust:

```rust
fn words(text: &str) -> usize {
    text.split_whitespace().filter(|word| !word.is_empty()).count()
}
```

Call it as `words(\"one two\")`; it returns `2`.";

/// A table.
pub(super) const TABLE: &str = "\
| Planet | Day | Moons |
| --- | --- | ---: |
| Earth | 24 h | 1 |
| Mars | 24 h 37 min | 2 |
| Jupiter | 9 h 56 min | 95 |";

/// A bit of everything.
pub(super) const MARKDOWN: &str = "\
## A bit of everything

**Bold**, *italic*, ~~struck~~, `code` and a [link](https://nextcloud.com/talk/).

> Somebody said this.

- [x] a task that is done
- [ ] one that is not

```sh
echo 'a < b && c > d'
```

| Left | Right |
| --- | ---: |
| one | 1 |

<b>HTML stays text</b>";

/// Text that would notify people, if it were posted as it is.
pub(super) const EVERYBODY: &str = "\
I would call out @all, or just @mira and @tomas. My answer reaches the room without waking anybody: \
the bot makes such mentions harmless.";

/// Thoughts.
pub(super) const REASONING: &str = "\
Let me think about this. The question wants an answer, and thoughts are not for the room, \
so I keep these words to myself.";

const SENTENCES: [&str; 5] = [
    "A long answer is written word by word, and the room waits for its end.",
    "Nothing of it is posted before it is whole, because a message of a bot cannot be edited later.",
    "If it were longer than one message may be, it would be cut at a paragraph and continue in the next.",
    "Meanwhile, other rooms get their answers: the model has two slots.",
    "Whoever sent the question has long been free to do something else.",
];

/// The numbers from 1 on, a hundred in a paragraph: much text in few tokens, since few spaces are in it.
pub(super) fn numbers(last: usize) -> String {
    let paragraphs = (1..=last).step_by(100).map(|first| {
        let numbers = (first..=last.min(first + 99)).map(|number| number.to_string());
        format!("**From {first} on:** {}", numbers.collect::<Vec<_>>().join(","))
    });
    paragraphs.collect::<Vec<_>>().join("\n\n")
}

/// So many paragraphs under a heading.
pub(super) fn paragraphs(count: usize) -> String {
    let paragraphs = (1..=count).map(|number| {
        let first = SENTENCES[number % SENTENCES.len()];
        let second = SENTENCES[(number + 2) % SENTENCES.len()];
        let third = SENTENCES[(number + 4) % SENTENCES.len()];
        format!("**{number}.** {first} {second} {third}")
    });
    format!("### A long answer\n\n{}", paragraphs.collect::<Vec<_>>().join("\n\n"))
}
