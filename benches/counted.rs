//! One scenario alone, for a tool that counts instructions between the beginning and the end of one function. Built by
//! `benches/instructions` with nothing of the crate but its domain, so that it is there in seconds.
#![expect(clippy::print_stdout, reason = "the names are its answer")]

mod pure;

/// The function that is counted: its name is told to the tool.
#[inline(never)]
fn counted_scenario(act: &dyn Fn()) {
    act();
}

fn main() {
    let name = std::env::args().nth(1).expect("the name of a scenario");
    if name == "--list" {
        for scenario in &pure::SCENARIOS {
            println!("{}", scenario.name);
        }
        return;
    }
    let scenario = pure::SCENARIOS.iter().find(|scenario| scenario.name == name).expect("a scenario");
    let act = (scenario.prepare)();
    counted_scenario(act.as_ref());
}
