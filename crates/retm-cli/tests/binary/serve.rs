//! `retm sandbox` as a process.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Stdio};

use crate::ran::{end, retm};
use crate::searched::searched;
use crate::signals::signal;

/// What its five lines show on purpose: they are there to be used.
const SHOWN: [&str; 2] = ["RETM_CLIENT_SECRET", "RETM_CODE"];

/// Standard error without the code that is shown on purpose of each further business.
fn without_codes(err: &str) -> String {
    let lines = err
        .lines()
        .map(|line| match line.split_once(" RETM_CODE=") {
            Some((business, code)) if line.starts_with("also serves ") && !code.contains(' ') => {
                business
            }
            _ => line,
        });
    lines.collect::<Vec<_>>().join("\n")
}

struct Serving {
    process: Child,
    stdout: BufReader<ChildStdout>,
    env: BTreeMap<String, String>,
}

impl Serving {
    /// Starts it and reads its five lines.
    fn start(line: &str) -> Self {
        let args = ["sandbox"].into_iter().chain(line.split_whitespace());
        let mut process = retm(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(process.stdout.take().unwrap());
        let mut env = BTreeMap::new();
        for name in [
            "RETM_BASE_URL",
            "RETM_BUSINESS",
            "RETM_CLIENT_ID",
            "RETM_CLIENT_SECRET",
            "RETM_CODE",
        ] {
            let mut line = String::new();
            stdout.read_line(&mut line).unwrap();
            let value = line.trim_end().strip_prefix(&format!("{name}="));
            let value = value.unwrap_or_else(|| panic!("{line} is not {name}"));
            if !SHOWN.contains(&name) {
                searched(&line, "");
            }
            assert!(!value.is_empty() && !value.contains([' ', '"', '\'', '$']));
            env.insert(name.to_owned(), value.to_owned());
        }
        Self {
            process,
            stdout,
            env,
        }
    }

    fn address(&self) -> String {
        let url = self.env["RETM_BASE_URL"].strip_prefix("http://").unwrap();
        url.split('/').next().unwrap().to_owned()
    }

    fn run(&self, line: &str) -> String {
        end(retm(line.split_whitespace()).envs(&self.env)).ok()
    }

    /// Stops it; nothing more is on its standard output, and nothing listens.
    fn stop(mut self, how: &str) {
        let address = self.address();
        assert!(TcpStream::connect(&address).is_ok());
        signal(&self.process, how);
        let ended = self.process.wait().unwrap();
        assert_eq!(ended.code(), Some(0), "{how}");
        let mut rest = String::new();
        self.stdout.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "");
        assert!(TcpStream::connect(&address).is_err(), "{how}: {address}");
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // A test that fails leaves no process behind; one that has stopped is gone already.
        let _ = self.process.kill();
        let _ = self.process.wait();
        if !std::thread::panicking() {
            let (mut out, mut err) = (String::new(), String::new());
            self.stdout.read_to_string(&mut out).unwrap();
            let mut stderr = self.process.stderr.take().unwrap();
            stderr.read_to_string(&mut err).unwrap();
            searched(&out, &without_codes(&err));
        }
    }
}

#[test]
fn its_five_lines_are_used_as_they_are() {
    let serving = Serving::start("--products 7 --invoices 4");
    assert_eq!(serving.env["RETM_BUSINESS"], "acme");
    let products = serving.run("products list --all --per-page 3 --output ndjson");
    assert_eq!(products.lines().count(), 7);
    let invoices = serving.run("invoices list --all --output ndjson");
    assert_eq!(invoices.lines().count(), 4);
    // The code is among them, so it is that grant, and it is good for the next run, too.
    for _ in 0..2 {
        assert!(serving.run("auth token").contains("authorization_code"));
    }
    serving.stop("-TERM");
}

#[test]
fn it_stops_on_the_signals_of_a_terminal_and_of_a_supervisor() {
    for how in ["-INT", "-TERM"] {
        let serving = Serving::start("--business shop");
        assert_eq!(serving.env["RETM_BUSINESS"], "shop");
        serving.run("taxes list");
        serving.stop(how);
    }
}

#[test]
fn a_port_that_was_left_can_be_had_again() {
    let first = Serving::start("");
    let port = first.address().rsplit(':').next().unwrap().to_owned();
    let taken = end(&mut retm(["sandbox", "--port", &port])).error(6);
    assert!(taken.contains(&port), "{taken}");
    first.run("taxes list");
    first.stop("-TERM");
    let again = Serving::start(&format!("--port {port}"));
    assert!(again.address().ends_with(&format!(":{port}")));
    again.run("taxes list");
    again.stop("-INT");
}

#[test]
fn a_seed_makes_the_same_sandbox_again() {
    let list = |seed: &str| {
        let serving = Serving::start(&format!("--seed {seed} --products 40"));
        let products = serving.run("products list --per-page 40");
        (serving.env["RETM_CLIENT_SECRET"].clone(), products)
    };
    let seven = list("7");
    assert_eq!(seven, list("7"));
    let eight = list("8");
    assert_ne!(seven.0, eight.0);
    assert_ne!(seven.1, eight.1);
}

#[test]
fn single_use_codes_are_used_up() {
    let serving = Serving::start("--single-use-codes");
    serving.run("auth token");
    end(retm(["auth", "token"]).envs(&serving.env)).error(3);
}

#[test]
fn a_business_that_is_no_name_is_refused() {
    let error = end(&mut retm(["sandbox", "--business", "a.b"])).error(2);
    assert!(error.contains("a.b"), "{error}");
}

#[test]
fn faults_are_given_on_the_command_line() {
    let serving = Serving::start("--fault bad-gateway:on=list_taxes --fault delay=1ms");
    serving.run("charges list");
    let line = "taxes list --output json";
    let failed = end(retm(line.split_whitespace()).envs(&serving.env));
    assert_ne!(failed.code, Some(0));
    assert!(failed.err.contains("502"), "{}", failed.err);
    serving.stop("-TERM");
}

#[test]
fn what_is_no_fault_is_a_mistake_of_usage() {
    let said = |spec: &str| {
        let ran = end(&mut retm(["sandbox", "--fault", spec]));
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{}", ran.err);
        ran.err
    };
    let unknown = said("storm");
    assert!(
        unknown.contains("there is no fault `storm`; there are lose-response, reset, "),
        "{unknown}"
    );
    let elsewhere = said("reset:on=make_order");
    assert!(
        elsewhere.contains("the spec has no operation `make_order`; there are "),
        "{elsewhere}"
    );
}
