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
        let figures = self.ratios.iter().chain(&self.figures).map(Figure::title);
        let loads = self.loads.iter().map(|load| load.name.clone());
        let width = figures.chain(loads).map(|name| name.chars().count()).max().unwrap_or(0);
        let mut lines = Vec::new();
        for (what, figures) in [("ratio", &self.ratios), ("figure", &self.figures)] {
            if !figures.is_empty() {
                lines.push(format!("\n{what:<width$} {:>9} {:>18} {:>9}", "median", "range", "goal"));
                lines.extend(figures.iter().map(|figure| figure.line(width)));
            }
        }
        if !self.loads.is_empty() {
            lines.push(format!("\n{:<width$} {:>9} {:>9} {:>9}", "load", "a second", "median ms", "99 % ms"));
            lines.extend(self.loads.iter().map(|load| load.line(width)));
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
    fn title(&self) -> String {
        if self.unit.is_empty() { self.name.clone() } else { format!("{}, {}", self.name, self.unit) }
    }

    fn line(&self, width: usize) -> String {
        let figure = median(&self.rounds);
        let extreme =
            |choose: fn(f64, f64) -> f64| self.rounds.iter().copied().reduce(choose).unwrap_or(figure);
        let range = match self.rounds.len() {
            1 => String::new(),
            _ => format!("{} to {}", shown(extreme(f64::min)), shown(extreme(f64::max))),
        };
        let goal = self.goal.map_or_else(String::new, |goal| {
            let verdict = if goal.is_reached(figure) { "" } else { "  missed" };
            format!("{:>9}{verdict}", goal.words())
        });
        format!("{:<width$} {:>9} {range:>18} {goal}", self.title(), shown(figure)).trim_end().to_owned()
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

    fn lost(&self) -> usize {
        self.rounds.iter().map(|sample| sample.lost).sum()
    }

    fn line(&self, width: usize) -> String {
        let [rate, median, late] = self.medians();
        let lost = match self.lost() {
            0 => String::new(),
            lost => format!("  {lost} connections lost"),
        };
        format!("{:<width$} {rate:>9.0} {median:>9.3} {late:>9.3}{lost}", self.name)
    }

    fn json(&self) -> Value {
        let [rate, median, late] = self.medians();
        json!({"name": self.name, "per_second": rate, "median_ms": median, "late_ms": late, "lost": self.lost()})
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
