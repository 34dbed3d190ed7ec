//! Debian's Exim as a child process, with a self-signed certificate, a sign-in and one mailbox for all mail. It has its own
//! configuration, queue and logs, and touches no service of the system. Exim must be started by root and then drops its
//! privileges: other users need passwordless `sudo`.

use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

pub const USER: &str = "admin";
pub const PASSWORD: &str = "geheim ü:";
/// A recipient that the server rejects.
pub const NOBODY: &str = "nobody@knorex.example";
/// A sender that the server rejects.
pub const BLOCKED: &str = "blocked@partner.example";

pub struct Exim {
    /// Offers STARTTLS.
    pub port: u16,
    /// Uses implicit TLS.
    pub tls_port: u16,
    /// The server's self-signed certificate, in PEM.
    pub certificate: String,
    process: Child,
    dir: tempfile::TempDir,
}

impl Exim {
    pub fn start() -> Exim {
        let temporary = tempfile::tempdir().unwrap();
        let dir = temporary.path();
        // Exim runs as its own user.
        let open = |path: &Path| std::fs::set_permissions(path, PermissionsExt::from_mode(0o777)).unwrap();
        open(dir);
        for name in ["spool", "log", "mail"] {
            std::fs::create_dir(dir.join(name)).unwrap();
            open(&dir.join(name));
        }
        let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
        let made = rcgen::generate_simple_self_signed(names).unwrap();
        let certificate = made.cert.pem();
        std::fs::write(dir.join("certificate.pem"), &certificate).unwrap();
        std::fs::write(dir.join("key.pem"), made.signing_key.serialize_pem()).unwrap();

        // Retries, because another process may take a port that was free a moment ago.
        for _ in 0..5 {
            let [port, tls_port] = free_ports();
            let file = dir.join(format!("{port}.conf"));
            std::fs::write(&file, configuration(dir, port, tls_port)).unwrap();
            // Exim only reads a configuration that root owns.
            as_root("chown").arg("0:0").arg(&file).status().unwrap();
            let mut process = as_root("/usr/sbin/exim4")
                .arg("-bdf")
                .arg("-C")
                .arg(&file)
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .process_group(0)
                .spawn()
                .expect("exim4 is missing: run .dev/setup.sh test");
            if answers(&mut process, [port, tls_port]) {
                return Exim { port, tls_port, certificate, process, dir: temporary };
            }
        }
        panic!("Exim did not start (as root?): {}", log(dir));
    }

    /// Returns the certificate as a file, for the `SSL_CERT_FILE` of a program that has to trust it.
    pub fn certificate_file(&self) -> PathBuf {
        self.dir.path().join("certificate.pem")
    }

    /// Returns the mails in the mailbox. The header `Envelope-to` of each has all its recipients.
    pub fn mails(&self) -> Vec<Vec<u8>> {
        let Ok(entries) = self.dir.path().join("mail/new").read_dir() else { return Vec::new() };
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        paths.iter().map(|path| std::fs::read(path).unwrap()).collect()
    }

    /// Waits for `count` mails: the server delivers a moment after it accepted a mail.
    pub async fn delivered(&self, count: usize) -> Vec<Vec<u8>> {
        let end = Instant::now() + Duration::from_secs(30);
        loop {
            let mails = self.mails();
            if mails.len() >= count {
                return mails;
            }
            assert!(Instant::now() < end, "{} of {count} mails: {}", mails.len(), log(self.dir.path()));
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Exim {
    fn drop(&mut self) {
        kill(&mut self.process);
        // Its files belong to other users.
        as_root("rm").arg("-rf").arg(self.dir.path()).status().ok();
    }
}

fn as_root(program: &str) -> Command {
    // The owner of this process.
    if std::fs::metadata("/proc/self").unwrap().uid() == 0 {
        return Command::new(program);
    }
    let mut sudo = Command::new("sudo");
    sudo.args(["-n", program]);
    sudo
}

/// Kills the process group: Exim forks to receive and to deliver.
fn kill(process: &mut Child) {
    as_root("kill").args(["--", &format!("-{}", process.id())]).status().ok();
    process.wait().ok();
}

fn log(dir: &Path) -> String {
    ["mainlog", "paniclog"]
        .iter()
        .map(|name| std::fs::read_to_string(dir.join("log").join(name)).unwrap_or_default())
        .collect()
}

fn free_ports() -> [u16; 2] {
    let sockets = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    sockets.map(|socket| socket.local_addr().unwrap().port())
}

/// Waits until the server listens. Returns false if it exited or timed out.
fn answers(process: &mut Child, ports: [u16; 2]) -> bool {
    let end = Instant::now() + Duration::from_secs(30);
    while process.try_wait().unwrap().is_none() && Instant::now() < end {
        if ports.iter().all(|port| TcpStream::connect(("127.0.0.1", *port)).is_ok()) {
            return true;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    kill(process);
    false
}

fn configuration(dir: &Path, port: u16, tls_port: u16) -> String {
    let place = dir.display();
    // `auth2` is the user and `auth3` the password. Authentication is only offered over TLS.
    format!(
        "primary_hostname = mail.knorex.test
local_interfaces = 127.0.0.1
daemon_smtp_ports = {port} : {tls_port}
tls_on_connect_ports = {tls_port}
spool_directory = {place}/spool
log_file_path = {place}/log/%slog
pid_file_path = {place}/exim.pid
tls_advertise_hosts = *
tls_certificate = {place}/certificate.pem
tls_privatekey = {place}/key.pem
host_lookup =
rfc1413_hosts =
keep_environment =
acl_smtp_mail = sender
acl_smtp_rcpt = recipient
begin acl
sender:
  deny !authenticated = *
       message = authentication required
  deny senders = {BLOCKED}
       message = not you
  accept
recipient:
  deny recipients = {NOBODY}
       message = no such mailbox
  accept
begin routers
all:
  driver = accept
  transport = mailbox
begin transports
mailbox:
  driver = appendfile
  directory = {place}/mail
  maildir_format
  mode = 0644
  directory_mode = 0755
  user = Debian-exim
  envelope_to_add
  batch_max = 100
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if and{{{{eq{{$auth2}}{{{USER}}}}}{{eq{{$auth3}}{{{PASSWORD}}}}}}}}}
  server_set_id = $auth2
  server_advertise_condition = ${{if def:tls_in_cipher}}
"
    )
}
