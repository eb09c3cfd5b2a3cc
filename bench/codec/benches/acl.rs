//! Rules: reading a list, and asking it where a target goes.

use std::fmt::Write;

use divan::{Bencher, black_box};
use parasol_proto::Address;
use parasol_proto::acl::RuleSet;

/// Rules of a list: a few of one's own, a usual one, one of the longest in use.
const LENGTHS: [usize; 3] = [100, 10_000, 100_000];

fn main() {
    divan::main();
}

#[divan::bench(args = LENGTHS)]
fn parse(bencher: Bencher, rules: usize) {
    let text = list(rules);
    bencher.bench_local(|| RuleSet::parse(black_box(&text)));
}

#[divan::bench_group]
mod decide {
    use super::{Bencher, LENGTHS};

    #[divan::bench(args = LENGTHS)]
    fn name_on_the_list(bencher: Bencher, rules: usize) {
        super::decide(bencher, rules, "www.name-40.example:443");
    }

    #[divan::bench(args = LENGTHS)]
    fn name_on_no_list(bencher: Bencher, rules: usize) {
        super::decide(bencher, rules, "www.somewhere-else.test:443");
    }

    #[divan::bench(args = LENGTHS)]
    fn name_by_expression(bencher: Bencher, rules: usize) {
        super::decide(bencher, rules, "cdn-7.pictures.test:443");
    }

    #[divan::bench(args = LENGTHS)]
    fn address_on_the_list(bencher: Bencher, rules: usize) {
        super::decide(bencher, rules, "10.0.41.7:443");
    }

    #[divan::bench(args = LENGTHS)]
    fn address_on_no_list(bencher: Bencher, rules: usize) {
        super::decide(bencher, rules, "198.51.100.7:443");
    }
}

fn decide(bencher: Bencher, rules: usize, target: &str) {
    let target: Address = target.parse().expect("a target");
    let (rules, _) = RuleSet::parse(&list(rules));
    bencher.bench_local(|| rules.decide(black_box(&target)).route);
}

/// Names and networks by turns, and an expression, as in the lists in use.
fn list(rules: usize) -> String {
    let mut text = "[proxy_all]\n[bypass_list]\n^cdn-[0-9]+\\.pictures\\.test$\n".to_owned();
    for i in 0..rules {
        if i % 2 == 0 {
            writeln!(text, "||name-{i}.example")
        } else {
            writeln!(text, "10.{}.{}.0/24", i / 2 / 256, i / 2 % 256)
        }
        .expect("a string takes everything");
    }
    text
}
