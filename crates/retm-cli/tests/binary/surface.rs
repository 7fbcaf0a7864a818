//! What the command line offers: every command and every option.

use retm_cli::command;

use crate::ran::{end, retm};

/// The help of a command and of all commands under it. What every command takes is shown once.
fn help(command: &mut clap::Command, path: &str, shared: &str, all: &mut String) {
    let text = command.render_long_help().to_string();
    assert!(text.contains(shared), "{path}: {text}");
    let text = match path.contains(' ') {
        true => text.replace(shared, "[what every command takes]\n"),
        false => text,
    };
    all.push_str(&format!("$ {path} --help\n{}\n\n", text.trim_end()));
    for command in command.get_subcommands_mut() {
        if command.get_name() != "help" {
            let path = format!("{path} {}", command.get_name());
            help(command, &path, shared, all);
        }
    }
}

#[test]
fn the_help_of_every_command() {
    // As wide as no terminal of whoever runs this can change it.
    let mut root = command().term_width(100);
    root.build();
    let text = root.render_long_help().to_string();
    let start = text.find("Connection:").unwrap();
    let end = text.find("\nTry it").unwrap();
    let mut all = String::new();
    help(&mut root, "retm", &text[start..end], &mut all);
    let keyring =
        ", or\n  RETM_STORE_KEYRING            SERVICE/USER of it in the system's keyring";
    assert_eq!(all.contains(keyring), cfg!(feature = "keyring"));
    insta::assert_snapshot!(all.replace(keyring, "").trim_end());
}

#[test]
fn the_version_is_that_of_the_binary_and_of_the_spec() {
    let version = end(&mut retm(["--version"])).ok();
    assert_eq!(version, end(&mut retm(["-V"])).ok());
    insta::with_settings!({
        filters => [(r"retm \d+\.\d+\.\d+", "retm [version]")],
    }, {
        insta::assert_snapshot!(version, @"retm [version] (API spec 2.0.0)");
    });
}

#[test]
fn help_comes_on_standard_output() {
    let help = end(&mut retm(["products", "list", "--help"])).ok();
    assert!(help.contains("Usage: retm products list"), "{help}");
    assert_eq!(help, end(&mut retm(["help", "products", "list"])).ok());
}

#[test]
fn every_shell_has_a_completion_of_every_command() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = end(&mut retm(["completions", shell])).ok();
        let root = command();
        for command in root.get_subcommands() {
            assert!(
                script.contains(command.get_name()),
                "{shell}: {}",
                command.get_name()
            );
        }
        assert!(script.contains("set-delivery-status"), "{shell}");
        assert!(
            script.contains("--per-page") || script.contains("-l per-page"),
            "{shell}"
        );
    }
}
