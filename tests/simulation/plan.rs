//! What a seed decides before anything happens: rooms, people, settings, and when the world around the bot changes.

use std::time::Duration;

use nextcloud_opencode_bot::settings::{Settings, Source};

use super::fault::Rates;
use super::process::Border;
use super::random::Random;

/// How long a run's script is at most.
const LONGEST: u64 = 9 * 60;

/// Longer than the shortest retention.
const TWO_DAYS: i64 = 172_800_000;

/// Something that happens at its time.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Turn {
    /// Somebody does something in Talk.
    People,
    StoreAway(Duration),
    TalkAway(Duration),
    ModelAway(Duration),
    ModelLoads(Duration),
    /// Every call of its adapter panics.
    ModelBroken(Duration),
    /// Another model is in its place, with other limits.
    ModelSwapped {
        slots: u32,
        context: u32,
    },
    /// Every signature is wrong for a while.
    SecretWrong(Duration),
    /// The signature counts for nothing in that room for a while.
    RoomRefuses(usize, Duration),
    RoomGone(usize),
    /// Somebody asks whether the bot is ready.
    Probe,
    /// The administrator opens every dead letter again, or erases them.
    Letters {
        again: bool,
    },
    /// The wall clock jumps by so many milliseconds.
    Clock(i64),
    /// The process dies at one of its next steps that change something.
    CrashAtStep {
        steps: u32,
        border: Border,
    },
    CrashNow,
    Stop {
        grace: Duration,
    },
}

/// A room as Talk has it.
#[derive(Debug, Clone)]
pub(crate) struct RoomPlan {
    pub(crate) token: String,
    /// The two of a one-to-one room.
    pub(crate) pair: Option<[&'static str; 2]>,
    pub(crate) threads: Vec<i64>,
}

/// All of it.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) seed: u64,
    pub(crate) settings: Settings,
    pub(crate) rooms: Vec<RoomPlan>,
    pub(crate) rates: Rates,
    /// In order.
    pub(crate) turns: Vec<(Duration, Turn)>,
    /// When trouble ends.
    pub(crate) calm_at: Duration,
    /// Code points that Talk takes.
    pub(crate) longest_post: usize,
    pub(crate) slots: u32,
    pub(crate) context: u32,
    /// Whether the model's server counts tokens when it is asked.
    pub(crate) counts: bool,
    /// The patch of Talk 22, when it tells.
    pub(crate) talk_patch: Option<u32>,
    /// Longest answer in words.
    pub(crate) words: u64,
}

impl Plan {
    pub(crate) fn of(seed: u64) -> Self {
        let random = &mut Random::new(seed, 1);
        let rooms: Vec<_> = (0..random.index(5) + 2).map(|nth| room(random, nth)).collect();
        let calm_at = random.millis(60_000, LONGEST * 1000);
        let rates = Rates::draw(random);
        let mut turns = people(random, calm_at);
        let trouble = random.weighted(&[(25, 0), (50, 3), (25, 8)]);
        for _ in 0..random.below(trouble + 1) {
            turns.push((random.millis(0, as_millis(calm_at)), change(random, rooms.len())));
        }
        let ends = random.weighted(&[(30, 0), (50, 2), (20, 7)]);
        for _ in 0..random.below(ends + 1) {
            turns.push((random.millis(500, as_millis(calm_at)), end(random)));
        }
        turns.sort_by_key(|(at, _)| *at);
        Self {
            seed,
            settings: settings(random),
            rooms,
            rates,
            turns,
            calm_at,
            longest_post: random.weighted(&[(60, 32_000), (20, 1_500), (20, 600)]),
            slots: random.count(1, 4),
            context: random.weighted(&[(60, 8_192), (20, 1_200), (20, 500)]),
            counts: random.percent(60),
            talk_patch: *random.pick(&[Some(9), Some(9), Some(8), None]),
            words: random.weighted(&[(60, 30), (30, 200), (8, 400), (2, 6_000)]),
        }
    }
}

fn as_millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).expect("some minutes")
}

fn room(random: &mut Random, nth: usize) -> RoomPlan {
    let pair =
        random.percent(25).then(|| *random.pick(&[["mira", "tomas"], ["tomas", "eve"], ["mira", "eve"]]));
    let threads = if pair.is_none() && random.percent(40) { random.below(3) } else { 0 };
    let threads = (0..threads)
        .map(|thread| 10 + 10 * i64::try_from(nth).expect("few") + i64::try_from(thread).expect("few"));
    RoomPlan { token: format!("room{nth}"), pair, threads: threads.collect() }
}

fn people(random: &mut Random, until: Duration) -> Vec<(Duration, Turn)> {
    let pause = random.weighted(&[(30, 2_000), (40, 8_000), (30, 30_000)]);
    let mut turns = Vec::new();
    let mut at = Duration::ZERO;
    while turns.len() < 60 {
        at += random.millis(10, 2 * pause);
        if at > until {
            break;
        }
        turns.push((at, Turn::People));
    }
    turns
}

fn change(random: &mut Random, rooms: usize) -> Turn {
    let kinds = [
        (20, 0),
        (15, 1),
        (15, 2),
        (8, 3),
        (12, 4),
        (6, 5),
        (8, 6),
        (3, 7),
        (15, 8),
        (8, 9),
        (8, 10),
        (8, 11),
        (8, 12),
    ];
    match random.weighted(&kinds) {
        0 => {
            Turn::StoreAway(random.weighted(&[(80, Duration::from_secs(12)), (20, Duration::from_secs(100))]))
        }
        1 => Turn::TalkAway(random.millis(5_000, 300_000)),
        2 => Turn::ModelAway(random.millis(2_000, 200_000)),
        3 => Turn::ModelLoads(random.millis(2_000, 90_000)),
        4 => Turn::ModelSwapped { slots: random.count(1, 4), context: *random.pick(&[500, 1_200, 8_192]) },
        5 => Turn::SecretWrong(random.millis(10_000, 600_000)),
        6 => Turn::RoomRefuses(random.index(rooms), random.millis(10_000, 600_000)),
        7 => Turn::RoomGone(random.index(rooms)),
        8 => Turn::Clock(*random.pick(&[-3_600_000, -60_000, -1_500, 1_500, 45_000, 90_000, 3_600_000])),
        9 => Turn::Clock(TWO_DAYS),
        10 => Turn::Probe,
        11 => Turn::ModelBroken(random.millis(60_000, 300_000)),
        _ => Turn::Letters { again: random.percent(60) },
    }
}

fn end(random: &mut Random) -> Turn {
    match random.weighted(&[(60, 0), (15, 1), (15, 2), (10, 3)]) {
        0 => {
            let border = random.weighted(&[(35, Border::Before), (30, Border::During), (35, Border::After)]);
            Turn::CrashAtStep {
                steps: random.count(1, if border == Border::During { 4 } else { 12 }),
                border,
            }
        }
        1 => Turn::CrashNow,
        2 => Turn::Stop { grace: random.millis(10_000, 60_000) },
        _ => Turn::Stop { grace: random.millis(0, 800) },
    }
}

fn settings(random: &mut Random) -> Settings {
    let mut source = Source::default();
    let mut set = |name: &str, value: String| source.environment.insert(name.to_owned(), value.into());
    set("NEXTCLOUD_URL", "http://cloud.invalid".to_owned());
    set("MODEL_BASE_URL", "http://model.invalid".to_owned());
    set("BOT_SECRET", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef".to_owned());
    set("TIMEOUT", random.pick(&["10", "30", "120"]).to_string());
    set("MODEL_MAX_TOKENS", random.pick(&["64", "256", "1024"]).to_string());
    set("CONTEXT_MESSAGES", random.pick(&["0", "1", "3", "6"]).to_string());
    set("REACTIONS", random.percent(75).to_string());
    set("REACTION_CONTROL", random.pick(&["on", "on", "auto", "off"]).to_string());
    set("WAIT_NOTICE", random.pick(&["0", "5", "20", "60"]).to_string());
    set("ROOM_COMMANDS", random.pick(&["moderators", "everyone"]).to_string());
    set("WELCOME", random.percent(70).to_string());
    set("BOT_LANGUAGE", random.pick(&["en", "en", "de"]).to_string());
    set("RETAIN_ON_LEAVE", random.percent(30).to_string());
    set("ALLOW_GUESTS", random.percent(60).to_string());
    set("ALLOW_FEDERATED", random.percent(50).to_string());
    set("LIMIT_WINDOW", random.pick(&["60", "300"]).to_string());
    set("LIMIT_PER_USER", random.pick(&["0", "0", "3", "10"]).to_string());
    set("LIMIT_PER_GUEST", random.pick(&["0", "2", "5"]).to_string());
    set("LIMIT_PER_ROOM", random.pick(&["0", "0", "5", "20"]).to_string());
    set("LIMIT_QUEUE", random.pick(&["0", "0", "2", "10"]).to_string());
    if random.percent(40) {
        set("RETENTION_DAYS", "1".to_owned());
    }
    if random.percent(30) {
        set("ALLOWED_USERS", "mira,tomas".to_owned());
    }
    Settings::read(&source).expect("valid settings")
}
