//! Numbers that look random and are the same on every platform and in every version: SplitMix64.

/// A stream of numbers that belongs to one thing (an account, a user) of one seed.
#[derive(Clone)]
pub(crate) struct Draw(u64);

impl Draw {
    /// The stream of thing number `index` of kind `kind`. Streams of different things are unrelated.
    pub(crate) fn new(seed: u64, kind: u64, index: u64) -> Draw {
        let mut draw = Draw(seed);
        draw.0 = draw.next() ^ kind.wrapping_mul(0xA24B_AED4_963E_E407);
        draw.0 = draw.next() ^ index.wrapping_mul(0x9FB2_1C65_1E98_DF25);
        draw
    }

    /// The next 64 bits.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from 0 up to, not including, `end`; 0 when `end` is 0.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next().checked_rem(end).unwrap_or(0)
    }

    /// True `percent` times of a hundred.
    pub(crate) fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of `choices`, which must not be empty.
    pub(crate) fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len() as u64) as usize]
    }
}
