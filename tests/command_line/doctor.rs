//! The checks of `doctor`.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::thread::JoinHandle;

use partner::requests::mail_settings::{MailSecurity, MailSettings};

use crate::book::open_book;
use crate::{Computer, PARTNER};

/// Accepts one connection and answers its commands, with `refusal` where it begins like one. Returns the commands.
fn mail_server(refusal: Option<(&'static str, &'static str)>) -> (u16, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let serve = move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut commands = Vec::new();
        stream.write_all(b"220 mail.example\r\n").unwrap();
        for line in BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok) {
            let refused = refusal.filter(|(command, _)| line.starts_with(command));
            let reply = refused.map_or("250 fine", |(_, reply)| reply);
            commands.push(line);
            if stream.write_all(format!("{reply}\r\n").as_bytes()).is_err() {
                break;
            }
        }
        commands
    };
    (port, std::thread::spawn(serve))
}

fn set_mail(computer: &Computer, port: u16) {
    let settings = MailSettings {
        host: "127.0.0.1".into(),
        port,
        security: MailSecurity::None,
        sender: "admin@partner.example".into(),
        account_manager: "manager@knorex.example".into(),
        ..MailSettings::default()
    };
    open_book(&computer.data()).save_mail_settings(&settings).unwrap();
}

#[test]
fn the_doctor_finds_damage_in_a_file_that_opens_and_says_what_to_do() {
    let computer = Computer::new();
    let check = || computer.json(&["doctor"])["checks"][0].clone();
    assert_eq!((&check()["check"], &check()["ok"]), (&"File".into(), &true.into()));
    let files = std::fs::read_dir(computer.data().join("partners")).unwrap().flatten();
    let file = files.map(|file| file.path()).find(|path| path.extension().is_some_and(|e| e == "sqlite"));
    let file = file.unwrap();
    let mut content = std::fs::read(&file).unwrap();
    // In a name: what is read of the file stays readable, except that an index no longer matches its table.
    let at = content.windows(12).rposition(|bytes| bytes == b"Campaign 007").unwrap();
    content[at + 11] = b'8';
    std::fs::write(&file, content).unwrap();
    assert_eq!(check()["problem"]["code"], "file_damaged");
    let (code, output, _) = computer.run(&["doctor"]);
    let name = file.file_name().unwrap().to_str().unwrap();
    let damaged = format!("PROBLEM  File: This partner's file is damaged. “{name}” ");
    assert!(code == 4 && output.starts_with(&damaged), "{output}");
    assert!(output.lines().next().unwrap().ends_with("Restore a backup of it."), "{output}");

    let content = std::fs::read(&file).unwrap();
    std::fs::write(&file, &content[..content.len() / 2]).unwrap();
    // The name of the partner is in the file, and for that also in the file's own name.
    for named in [name, PARTNER] {
        let (code, output, errors) = computer.run_any(&["--partner", named, "doctor"]);
        assert_eq!((code, errors.as_str()), (4, ""), "{output}");
        let lines: Vec<&str> = output.lines().collect();
        assert!(lines[0].starts_with(&damaged), "{output}");
        assert!(lines.iter().any(|line| line.contains("  Secure storage: ")), "{output}");
        let skipped = "SKIPPED  Mail and TikTok: their settings are in the file, which can't be opened.";
        assert_eq!(lines.last(), Some(&skipped));
        let (code, _, errors) = computer.run_any(&["--partner", named, "status"]);
        assert!(code == 1 && errors.starts_with("This partner's file is damaged."), "{errors}");
    }
}

#[test]
fn the_doctor_names_the_backups_of_an_empty_file() {
    let computer = Computer::new();
    let files = std::fs::read_dir(computer.data().join("partners")).unwrap().flatten();
    let file = files.map(|file| file.path()).find(|path| path.extension().is_some_and(|e| e == "sqlite"));
    let file = file.unwrap();
    let name = file.file_name().unwrap().to_str().unwrap();
    let size = std::fs::metadata(&file).unwrap().len() as usize;
    let check = || {
        let (code, output, errors) = computer.run_any(&["--partner", name, "doctor"]);
        assert_eq!((code, errors.as_str()), (4, ""), "{output}");
        output.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    for (backed_up, content, why) in
        [(false, Vec::new(), "the file is empty"), (true, vec![0; size], "the file is blank")]
    {
        let whole = std::fs::read(&file).unwrap();
        if backed_up {
            assert_eq!(computer.run(&["backup"]).0, 0);
        }
        std::fs::write(&file, &content).unwrap();
        let lines = check();
        assert!(lines[0].starts_with("PROBLEM  File: This partner's file is damaged. "), "{lines:#?}");
        assert_eq!(lines[1], format!("         Details: {why}"));
        let backups = computer.data().join("backups");
        let backups = match backed_up {
            false => "         Backups: none of this file on this computer.".to_owned(),
            true => format!("         Backups: 1 in {}, the newest is ", backups.display()),
        };
        assert!(lines[2].starts_with(&backups), "{lines:#?}");
        assert_eq!(lines[2].ends_with(" Choose Restore beside one."), backed_up, "{lines:#?}");
        std::fs::write(&file, &whole).unwrap();
    }
}

#[cfg(unix)]
#[test]
fn nothing_waits_for_a_named_pipe() {
    let computer = Computer::new();
    let pipe = |path: &std::path::Path| {
        assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success());
    };
    let partners = computer.data().join("partners");
    pipe(&partners.join("pipe.sqlite"));
    std::fs::remove_file(computer.data().join("preferences.json")).unwrap();
    pipe(&computer.data().join("preferences.json"));
    pipe(&computer.data().join("last-partner"));
    pipe(&computer.data().join("secrets.age"));
    let (code, output, errors) = computer.run_any(&["partners"]);
    assert_eq!((code, errors.as_str()), (0, ""));
    assert!(output.contains("pipe (This file isn't a partner)"), "{output}");
    let (code, output, _) = computer.run_any(&["--partner", "pipe.sqlite", "doctor"]);
    assert!(code == 4 && output.starts_with("PROBLEM  File: This file isn't a partner. "), "{output}");
    let (_, output, _) = computer.run(&["doctor"]);
    assert!(output.starts_with("OK       File: "), "{output}");
    let (code, _, errors) = computer.run_any(&["status"]);
    assert!(code == 2 && errors.starts_with("No partner was open last."), "{errors}");
}

#[test]
fn the_doctor_talks_to_the_mail_server_and_sends_nothing() {
    let computer = Computer::new();
    let (port, served) = mail_server(None);
    set_mail(&computer, port);
    let (code, output, errors) = computer.run(&["doctor"]);
    // The TikTok app is not set up.
    assert_eq!((code, errors.as_str()), (4, ""), "{output}");
    let fine = format!("OK       Mail: 127.0.0.1:{port} accepts mail for the recipients of requests\n");
    assert!(output.contains(&fine), "{output}");
    assert!(output.contains("PROBLEM  TikTok: "), "{output}");
    let commands = served.join().unwrap();
    assert!(commands.contains(&"RCPT TO:<manager@knorex.example>".to_owned()), "{commands:?}");
    assert!(!commands.iter().any(|command| command.starts_with("DATA")), "{commands:?}");
}

#[test]
fn the_doctor_says_what_the_mail_server_refuses() {
    let computer = Computer::new();
    let (port, served) = mail_server(Some(("RCPT", "550 5.1.1 no such user")));
    set_mail(&computer, port);
    let (code, output, _) = computer.run(&["doctor"]);
    assert_eq!(code, 4);
    let mail = output.lines().skip_while(|line| !line.contains("  Mail: ")).collect::<Vec<_>>();
    assert!(mail[0].starts_with("PROBLEM  Mail: ") && mail[0].contains("manager@knorex.example"), "{output}");
    assert!(mail[1].starts_with("         Details: ") && mail[1].contains("no such user"), "{output}");
    served.join().unwrap();

    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    set_mail(&computer, closed);
    let checks = computer.json(&["doctor"])["checks"].clone();
    let mail = checks.as_array().unwrap().iter().find(|check| check["check"] == "Mail").unwrap();
    assert_eq!((&mail["ok"], &mail["problem"]["code"]), (&false.into(), &"mail_server_refused".into()));
}
