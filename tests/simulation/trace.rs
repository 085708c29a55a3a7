//! What happened in one run, line by line, and a number that stands for all of it: two runs of one seed have the same.

use std::fmt::Arguments;
use std::time::Duration;

/// The lines so far.
#[derive(Debug)]
pub(crate) struct Trace {
    lines: Vec<String>,
    hash: u64,
}

impl Default for Trace {
    fn default() -> Self {
        Self { lines: Vec::new(), hash: 0xCBF2_9CE4_8422_2325 }
    }
}

impl Trace {
    /// One more line, at that time since the beginning.
    pub(crate) fn say(&mut self, at: Duration, what: Arguments<'_>) {
        let line = format!("{:>11.3} {what}", at.as_secs_f64());
        for byte in line.bytes() {
            self.hash = (self.hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3);
        }
        self.lines.push(line);
    }

    /// FNV-1a of all lines.
    pub(crate) fn hash(&self) -> u64 {
        self.hash
    }

    /// The last lines, at most so many.
    pub(crate) fn last(&self, lines: usize) -> &[String] {
        &self.lines[self.lines.len().saturating_sub(lines)..]
    }
}
