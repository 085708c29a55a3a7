//! Server-sent events, as chat servers write them: one line is one event. The standard lets an event span lines
//! and ends it with an empty one, but no chat server does the former and some forget the latter.

use bytes::BytesMut;

/// No line of a sane server is longer.
const MAX_LINE: usize = 1024 * 1024;

/// What a line says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Event {
    /// `data: …`
    Data(String),
    /// `error: …`, which llama-server wrote until 2025.
    Error(String),
}

/// The line has no end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct EndlessLine;

/// Collects bytes as they come and gives events as they are whole.
#[derive(Debug, Default)]
pub(super) struct Events {
    buffer: BytesMut,
}

impl Events {
    /// Adds what came. Take all events out before the next call.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<(), EndlessLine> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() > MAX_LINE && !self.buffer.contains(&b'\n') {
            return Err(EndlessLine);
        }
        Ok(())
    }

    /// Nothing more will come: the last line needs no line end.
    pub(super) fn close(&mut self) {
        self.buffer.extend_from_slice(b"\n");
    }

    /// The next whole event. Comments, empty lines and fields that mean nothing here are passed over.
    pub(super) fn next(&mut self) -> Option<Event> {
        while let Some(end) = self.buffer.iter().position(|byte| *byte == b'\n') {
            let line = self.buffer.split_to(end + 1);
            let line = String::from_utf8_lossy(&line);
            let Some((field, value)) = line.trim_end_matches(['\r', '\n']).split_once(':') else { continue };
            let value = value.strip_prefix(' ').unwrap_or(value).to_owned();
            match field {
                "data" => return Some(Event::Data(value)),
                "error" => return Some(Event::Error(value)),
                _ => {}
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(pieces: &[&[u8]]) -> Vec<Event> {
        let mut events = Events::default();
        let mut found = Vec::new();
        for piece in pieces {
            events.push(piece).expect("short lines");
            found.extend(std::iter::from_fn(|| events.next()));
        }
        events.close();
        found.extend(std::iter::from_fn(|| events.next()));
        found
    }

    fn data(value: &str) -> Event {
        Event::Data(value.to_owned())
    }

    #[test]
    fn reads_what_servers_write() {
        let stream =
            b": ping\n\ndata: a\r\n\r\ndata:b\nevent: x\nid: 1\ndata:  c\nerror: d\nnonsense\n\ndata: e";
        let expected = [data("a"), data("b"), data(" c"), Event::Error("d".into()), data("e")];
        assert_eq!(read(&[stream]), expected);
    }

    #[test]
    fn bytes_that_are_no_text_are_replaced() {
        assert_eq!(read(&[b"data: a\xff\n"]), [data("a\u{fffd}")]);
    }

    #[test]
    fn a_line_without_end_is_not_collected_for_ever() {
        let mut events = Events::default();
        events.push(b"data: ").expect("short");
        assert_eq!(events.push(&vec![b'x'; MAX_LINE]), Err(EndlessLine));
    }

    proptest! {
        #[test]
        fn it_does_not_matter_where_the_stream_is_cut(cuts in prop::collection::vec(0usize..60, 0..8)) {
            let stream = "data: grüße\r\n\r\n: ping\r\ndata: 👩🏽‍🚀\n\nerror: x\n".as_bytes();
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(stream.len())).collect();
            cuts.sort_unstable();
            let mut pieces = Vec::new();
            let mut start = 0;
            for cut in cuts.into_iter().chain([stream.len()]) {
                pieces.push(&stream[start..cut]);
                start = cut;
            }
            prop_assert_eq!(read(&pieces), read(&[stream]));
        }
    }
}
