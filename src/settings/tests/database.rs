//! Where the store is, and the password that is part of it or not.

use super::*;

#[test]
fn the_report_shows_a_database_without_its_password() {
    for url in
        ["postgres://bot:hunter2@db/halo?sslmode=require", "postgres://db/halo?user=bot&password=hunter2"]
    {
        let report = Settings::report(&source(&[("DATABASE_URL", url)])).expect("valid");
        let line = report.lines().find(|line| line.starts_with("DATABASE_URL ")).expect("a line");
        assert!(line.contains("db/halo?") && line.contains("***") && !report.contains("hunter2"), "{line}");
    }
    let url = "postgres://bot@%2Frun%2Fpostgresql/halo";
    let report = Settings::report(&source(&[("DATABASE_URL", url)])).expect("valid");
    assert!(report.contains(url), "{report}");
}

#[test]
fn a_password_may_be_given_apart_from_the_address() {
    let password = ("DATABASE_PASSWORD", "hunter 2&%");
    for (url, with) in [
        ("postgres://bot@db/halo", "postgres://bot@db/halo?password=hunter+2%26%25"),
        (
            "postgres://bot:old@db/halo?sslmode=require",
            "postgres://bot:old@db/halo?sslmode=require&password=hunter+2%26%25",
        ),
        ("sqlite:///srv/bot.db", "sqlite:///srv/bot.db"),
    ] {
        assert_eq!(settings(&[("DATABASE_URL", url), password]).database_url.expose(), with);
        let report = Settings::report(&source(&[("DATABASE_URL", url), password])).expect("valid");
        assert!(report.contains("(10 bytes)") && !report.contains("hunter"), "{report}");
    }
}
