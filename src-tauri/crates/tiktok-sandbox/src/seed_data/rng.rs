//! Pseudorandom numbers (SplitMix64) that are the same on every platform and in every version.

/// The independent sequences of random numbers. Changing a number changes the data of every seed.
#[derive(Clone, Copy)]
pub(crate) enum Stream {
    App = 1,
    User = 2,
    Account = 3,
    BusinessCenter = 4,
    AccountOwner = 5,
    AccountAccess = 6,
    Pixel = 18,
    AccountSize = 19,
    Campaign = 20,
    AdGroup = 21,
    Ad = 22,
    Audience = 23,
    FaultPercent = 40,
    Chaos = 41,
}

#[derive(Clone)]
pub(crate) struct Rng(u64);

impl Rng {
    /// Returns the generator for one object: number `index` of a stream.
    pub(crate) fn new(seed: u64, stream: Stream, index: u64) -> Rng {
        let mut rng = Rng(seed);
        rng.0 = rng.next() ^ (stream as u64).wrapping_mul(0xA24B_AED4_963E_E407);
        rng.0 = rng.next() ^ index.wrapping_mul(0x9FB2_1C65_1E98_DF25);
        rng
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Returns a number below `end`; 0 if `end` is 0.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next().checked_rem(end).unwrap_or(0)
    }

    /// Returns true with a probability of `percent`.
    pub(crate) fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// Returns one of `choices`, which must not be empty.
    pub(crate) fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len() as u64) as usize]
    }
}
