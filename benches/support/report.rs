//! What came out, for people as a table with the ratios first, and for programs as JSON.

use serde_json::{Value, json};

use super::sample::{Sample, median};

/// What a figure should be.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Goal {
    AtLeast(f64),
    AtMost(f64),
}

impl Goal {
    fn is_reached(self, figure: f64) -> bool {
        match self {
            Self::AtLeast(bound) => figure >= bound,
            Self::AtMost(bound) => figure <= bound,
        }
    }

    fn words(self) -> String {
        match self {
            Self::AtLeast(bound) => format!(">= {}", shown(bound)),
            Self::AtMost(bound) => format!("<= {}", shown(bound)),
        }
    }
}

/// One figure, measured once in each round.
#[derive(Debug, Clone)]
pub(crate) struct Figure {
    name: String,
    unit: &'static str,
    rounds: Vec<f64>,
    goal: Option<Goal>,
}

/// Many equal acts, measured once in each round.
#[derive(Debug, Clone)]
struct Load {
    name: String,
    rounds: Vec<Sample>,
}

/// Everything that was measured.
#[derive(Debug, Default)]
pub(crate) struct Report {
    ratios: Vec<Figure>,
    loads: Vec<Load>,
    figures: Vec<Figure>,
}

impl Report {
    /// How a figure of each round stands to another of the same round.
    pub(crate) fn ratio(&mut self, name: impl Into<String>, rounds: Vec<f64>, goal: Option<Goal>) {
        self.ratios.push(Figure { name: name.into(), unit: "", rounds, goal });
    }

    /// Rate and times of a load.
    pub(crate) fn load(&mut self, name: impl Into<String>, rounds: Vec<Sample>) {
        self.loads.push(Load { name: name.into(), rounds });
    }

    /// Anything else.
    pub(crate) fn figure(
        &mut self,
        name: impl Into<String>,
        unit: &'static str,
        rounds: Vec<f64>,
        goal: Option<Goal>,
    ) {
        self.figures.push(Figure { name: name.into(), unit, rounds, goal });
    }

    /// For people.
    pub(crate) fn table(&self) -> String {
        let mut lines = Vec::new();
        let head = |what: &str| format!("\n{what:<66} {:>10} {:>19} {:>10}", "median", "range", "goal");
        for (what, figures) in [("ratio", &self.ratios), ("figure", &self.figures)] {
            if !figures.is_empty() {
                lines.push(head(what));
                lines.extend(figures.iter().map(Figure::line));
            }
        }
        if !self.loads.is_empty() {
            lines.push(format!("\n{:<66} {:>10} {:>9} {:>9}", "load", "per second", "median", "99 %"));
            lines.extend(self.loads.iter().map(Load::line));
        }
        lines.join("\n")
    }

    /// For programs.
    pub(crate) fn json(&self) -> Value {
        let list = |figures: &[Figure]| figures.iter().map(Figure::json).collect::<Vec<_>>();
        json!({
            "ratios": list(&self.ratios),
            "figures": list(&self.figures),
            "loads": self.loads.iter().map(Load::json).collect::<Vec<_>>(),
        })
    }
}

impl Figure {
    fn line(&self) -> String {
        let figure = median(&self.rounds);
        let extreme =
            |choose: fn(f64, f64) -> f64| self.rounds.iter().copied().reduce(choose).unwrap_or(figure);
        let range = match self.rounds.len() {
            1 => String::new(),
            _ => format!("{} to {}", shown(extreme(f64::min)), shown(extreme(f64::max))),
        };
        let goal = self.goal.map_or_else(String::new, |goal| {
            let verdict = if goal.is_reached(figure) { "" } else { "  missed" };
            format!("{:>10}{verdict}", goal.words())
        });
        let name =
            if self.unit.is_empty() { self.name.clone() } else { format!("{}, {}", self.name, self.unit) };
        format!("{name:<66} {:>10} {range:>19} {goal}", shown(figure)).trim_end().to_owned()
    }

    fn json(&self) -> Value {
        let figure = median(&self.rounds);
        json!({
            "name": self.name,
            "unit": self.unit,
            "median": figure,
            "rounds": self.rounds,
            "goal": self.goal.map(Goal::words),
            "reached": self.goal.map(|goal| goal.is_reached(figure)),
        })
    }
}

impl Load {
    /// Of each measure its own median.
    fn medians(&self) -> [f64; 3] {
        [|sample: &Sample| sample.rate, |sample: &Sample| sample.median, |sample: &Sample| sample.late]
            .map(|measure| median(&self.rounds.iter().map(measure).collect::<Vec<_>>()))
    }

    fn line(&self) -> String {
        let [rate, median, late] = self.medians();
        format!("{:<66} {rate:>10.0} {median:>6.3} ms {late:>6.3} ms", self.name)
    }

    fn json(&self) -> Value {
        let [rate, median, late] = self.medians();
        json!({"name": self.name, "per_second": rate, "median_ms": median, "late_ms": late})
    }
}

/// Three digits say enough.
fn shown(figure: f64) -> String {
    match figure.abs() {
        100.0.. => format!("{figure:.0}"),
        10.0.. => format!("{figure:.1}"),
        1.0.. => format!("{figure:.2}"),
        _ => format!("{figure:.3}"),
    }
}
