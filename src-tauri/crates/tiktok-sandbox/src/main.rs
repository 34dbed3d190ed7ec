//! The sandbox as a program: starts, prints what one needs to know, and serves until it is ended.

use std::io::Write;
use std::process::ExitCode;

use lexopt::prelude::*;
use tiktok_sandbox::{Chaos, Options, Sandbox, Sizes};

const HELP: &str = "TikTok's side of the wire, for practice and for tests, on 127.0.0.1 only.

Usage: tiktok-sandbox [OPTIONS]

  --port N            port, 0 for any that is free [0]
  --seed N            the same seed gives the same data [1]
  --users N           people who can log in [3]
  --accounts N        ad accounts [40]
  --campaigns N       campaigns in each account [about 60, accounts differ]
  --ad-groups N       ad groups in each account [about 110]
  --ads N             ads in each account [about 240]
  --audiences N       audiences in each account [about 18]; with any of these four all accounts are alike
  --tier NAME         how often an app may call: basic, advanced, premium, ultimate or none [basic]
  --qps N             calls per second, app and endpoint, instead of the tier's; 0 for no limit [10]
  --chaos PERCENT     so many of a hundred calls to the API go wrong by chance
  --delay-ms N        each answer of the API takes up to so many milliseconds [0]
  --redirect-url URL  a registered redirect URL, up to ten times
                      [http://localhost:3456/callback https://example.com/xpo/callback]
  --state FILE        keep grants, tokens and changes in this file
  --help
";

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("tiktok-sandbox: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn std::error::Error>> {
    let Some(options) = options(lexopt::Parser::from_env())? else {
        print!("{HELP}");
        return Ok(());
    };
    let sandbox = Sandbox::start(options).await?;
    introduce(&sandbox, &mut std::io::stdout().lock())?;
    std::future::pending().await
}

/// The options; nothing when help is asked for.
fn options(mut arguments: lexopt::Parser) -> Result<Option<Options>, lexopt::Error> {
    let mut options = Options::default();
    let mut redirect_urls = Vec::new();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("port") => options.port = arguments.value()?.parse()?,
            Long("seed") => options.seed = arguments.value()?.parse()?,
            Long("users") => options.users = arguments.value()?.parse()?,
            Long("accounts") => options.accounts = arguments.value()?.parse()?,
            Long("campaigns") => exactly(&mut options.sizes).campaigns = arguments.value()?.parse()?,
            Long("ad-groups") => exactly(&mut options.sizes).ad_groups = arguments.value()?.parse()?,
            Long("ads") => exactly(&mut options.sizes).ads = arguments.value()?.parse()?,
            Long("audiences") => exactly(&mut options.sizes).audiences = arguments.value()?.parse()?,
            Long("qps") => options.qps = Some(arguments.value()?.parse()?),
            Long("chaos") => chaos(&mut options).percent = arguments.value()?.parse()?,
            Long("delay-ms") => chaos(&mut options).delay_ms = arguments.value()?.parse()?,
            Long("tier") => options.tier = arguments.value()?.parse()?,
            Long("redirect-url") => redirect_urls.push(arguments.value()?.string()?),
            Long("state") => options.state = Some(arguments.value()?.into()),
            Short('h') | Long("help") => return Ok(None),
            other => return Err(other.unexpected()),
        }
    }
    if !redirect_urls.is_empty() {
        options.redirect_urls = redirect_urls;
    }
    Ok(Some(options))
}

/// A number on the command line is meant exactly.
fn exactly(sizes: &mut Sizes) -> &mut Sizes {
    sizes.vary = false;
    sizes
}

/// Chaos in which nothing goes wrong yet.
fn chaos(options: &mut Options) -> &mut Chaos {
    options.chaos.get_or_insert(Chaos { percent: 0, ..Chaos::default() })
}

fn introduce(sandbox: &Sandbox, out: &mut impl Write) -> std::io::Result<()> {
    writeln!(out, "listening on {}", sandbox.address())?;
    writeln!(out, "app id          {}", sandbox.app_id())?;
    writeln!(out, "secret          {}", sandbox.secret())?;
    writeln!(out, "API address     {}", sandbox.api_address())?;
    writeln!(out, "log-in address  {}", sandbox.log_in_address())?;
    for url in sandbox.redirect_urls() {
        writeln!(out, "redirect URL    {url}")?;
    }
    for user in sandbox.users() {
        writeln!(
            out,
            "user            {} {:?} {} ({} ad accounts)",
            user.id, user.name, user.email, user.accounts
        )?;
    }
    out.flush()
}
