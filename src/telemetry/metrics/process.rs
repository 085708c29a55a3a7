//! The figures of the process itself, under the names that every Prometheus client gives them. They are read from the
//! kernel for each page; where it does not tell, they are absent.

use std::fs;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;

use super::book::{Book, Entry, Measure};

/// Linux counts times for programs in hundredths of a second, whatever its own clock does.
const TICKS: f64 = 100.0;

const ENTRIES: [(Entry, MetricType); 5] = [
    (
        Entry {
            name: "process_resident_memory_bytes",
            help: "Memory that the process occupies",
            measure: Measure::Of("bytes"),
            question: "Does it need more and more memory?",
        },
        MetricType::Gauge,
    ),
    (
        Entry {
            name: "process_open_fds",
            help: "Open file descriptors",
            measure: Measure::Of("descriptors"),
            question: "Do connections or files pile up?",
        },
        MetricType::Gauge,
    ),
    (
        Entry {
            name: "process_max_fds",
            help: "File descriptors it may open",
            measure: Measure::Of("descriptors"),
            question: "How many more may there be?",
        },
        MetricType::Gauge,
    ),
    (
        Entry {
            name: "process_start_time_seconds",
            help: "When the process was started, in seconds since 1970",
            measure: Measure::Of("seconds"),
            question: "Was it restarted, and when?",
        },
        MetricType::Gauge,
    ),
    (
        Entry {
            name: "process_cpu_seconds",
            help: "Time that processors worked for it",
            measure: Measure::Of("seconds"),
            question: "Is it busy itself, while it should wait for the model?",
        },
        MetricType::Counter,
    ),
];

/// Reads the figures for each page.
#[derive(Debug)]
struct Process;

pub(super) fn enter(book: &mut Book) {
    for (entry, kind) in &ENTRIES {
        book.describe(entry.name, entry, "", *kind);
    }
    book.registry.register_collector(Box::new(Process));
}

impl Collector for Process {
    fn encode(&self, mut encoder: DescriptorEncoder) -> Result<(), std::fmt::Error> {
        for ((entry, kind), value) in ENTRIES.iter().zip(read()) {
            let Some(value) = value else { continue };
            let encoder = encoder.encode_descriptor(entry.name, entry.help, None, *kind)?;
            match kind {
                MetricType::Counter => ConstCounter::new(value).encode(encoder)?,
                _ => ConstGauge::new(value).encode(encoder)?,
            }
        }
        Ok(())
    }
}

/// The values, in the order of the entries.
fn read() -> [Option<f64>; 5] {
    let file = |path: &str| fs::read_to_string(path).ok();
    let stat = file("/proc/self/stat");
    let stat = stat.as_deref();
    [
        file("/proc/self/status").as_deref().and_then(resident),
        fs::read_dir("/proc/self/fd").ok().and_then(|open| u32::try_from(open.count()).ok()).map(f64::from),
        file("/proc/self/limits").as_deref().and_then(max_fds),
        file("/proc/stat").as_deref().and_then(|machine| Some(booted(machine)? + started(stat?)?)),
        stat.and_then(worked),
    ]
}

/// Of the line with that beginning, the first number.
fn number(text: &str, line: &str) -> Option<f64> {
    let rest = text.lines().find_map(|found| found.strip_prefix(line))?;
    rest.split_whitespace().next()?.parse().ok()
}

fn resident(status: &str) -> Option<f64> {
    Some(number(status, "VmRSS:")? * 1024.0)
}

fn max_fds(limits: &str) -> Option<f64> {
    number(limits, "Max open files")
}

fn booted(machine: &str) -> Option<f64> {
    number(machine, "btime")
}

/// Seconds since the machine was booted.
fn started(stat: &str) -> Option<f64> {
    Some(field(stat, 22)? / TICKS)
}

fn worked(stat: &str) -> Option<f64> {
    Some((field(stat, 14)? + field(stat, 15)?) / TICKS)
}

/// By its number in the manual. The second one is the program's name, which may hold anything.
fn field(stat: &str, number: usize) -> Option<f64> {
    let (_, after_name) = stat.rsplit_once(')')?;
    after_name.split_whitespace().nth(number - 3)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAT: &str = "7 (a) b (c) S 1 7 7 0 -1 4194560 1 0 0 0 150 50 0 0 20 0 5 0 12345 1000 42";

    #[test]
    fn what_the_kernel_tells_is_read() {
        assert_eq!(resident("Name:\tx\nVmRSS:\t   2048 kB\n"), Some(2_097_152.0));
        assert_eq!(
            max_fds("Limit\nMax open files            1024         524288        files\n"),
            Some(1024.0)
        );
        assert_eq!(booted("cpu 1\nbtime 1700000000\n"), Some(1_700_000_000.0));
        assert_eq!((started(STAT), worked(STAT)), (Some(123.45), Some(2.0)));
    }

    #[test]
    fn what_it_does_not_tell_is_absent() {
        assert_eq!(
            (resident(""), max_fds("Max open files unlimited"), started("7 (a) S")),
            (None, None, None)
        );
    }
}
