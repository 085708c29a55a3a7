//! What can go wrong at a port, each kind with its own likelihood in a run: some runs are calm, some are wild.

use super::random::Random;

macro_rules! faults {
    ($($fault:ident $name:literal,)*) => {
        /// One kind of trouble at a call.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Fault { $($fault,)* }

        impl Fault {
            pub(crate) const ALL: &'static [Self] = &[$(Self::$fault,)*];
            pub(crate) const NAMES: &'static [&'static str] = &[$($name,)*];

            pub(crate) const fn name(self) -> &'static str {
                match self { $(Self::$fault => $name,)* }
            }
        }
    };
}

faults! {
    StoreSlow "store: slow",
    StoreFailsBefore "store: fails before it wrote",
    StoreFailsAfter "store: fails after it wrote",
    TalkSlow "Talk: slow",
    TalkNotReached "Talk: not reached",
    TalkFailsBefore "Talk: fails, nothing taken",
    TalkFailsAfter "Talk: fails, taken",
    TalkHangs "Talk: no answer within a minute, nothing taken",
    TalkHangsTaken "Talk: no answer within a minute, taken",
    TalkBreaks "Talk: connection lost, taken",
    TalkProxy "Talk: a proxy says that it was not taken, and it was",
    TalkTwice "Talk: connection lost, taken twice",
    TalkLate "Talk: connection lost, taken later",
    TalkUnauthorized "Talk: 401 once",
    TalkLockedOut "Talk: 429",
    TalkRefuses "Talk: 400",
    TalkRefusesQuote "Talk: 400 because of the quote",
    TalkPanics "Talk: its adapter panics",
    TalkVersionHangs "Talk: does not tell its version",
    ModelSlow "model: slow",
    ModelBusy "model: busy",
    ModelBusyAfter "model: busy, says for how long",
    ModelLoading "model: loads",
    ModelUnreachable "model: not reached",
    ModelInterrupted "model: breaks off",
    ModelHangs "model: hangs until the time is over",
    ModelEmpty "model: empty answer",
    ModelOnlyThinks "model: nothing but reasoning",
    ModelCut "model: answer cut at its limit",
    ModelRefused "model: refuses the request",
    ModelUnauthorized "model: refuses the key",
    ModelFailed "model: fails",
    ModelPanics "model: its adapter panics",
    ModelCountsSlowly "model: counts slowly",
    ModelLimitsHang "model: does not tell its limits for a while",
    WebhookTwice "webhook: sent twice",
    WebhookLate "webhook: late, out of order",
    WebhookCut "webhook: the sender hangs up early",
}

/// The likelihood of each kind, in millionths.
#[derive(Debug, Clone)]
pub(crate) struct Rates(Vec<u32>);

impl Rates {
    pub(crate) fn draw(random: &mut Random) -> Self {
        let (share, most) = random.weighted(&[(15, (0, 1)), (50, (35, 30_000)), (35, (70, 90_000))]);
        let rate = |_: &Fault| if random.percent(share) { random.count(1, most) } else { 0 };
        Self(Fault::ALL.iter().map(rate).collect())
    }

    pub(crate) fn of(&self, fault: Fault) -> u32 {
        self.0[fault as usize]
    }
}
