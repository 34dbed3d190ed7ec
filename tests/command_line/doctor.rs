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
