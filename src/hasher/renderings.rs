//! One frame to its perceptual hashes: every rendering of it, in every position.

use image::metadata::Orientation;

use super::copies::{self, CopyHash, Planes};
use super::pdq::{pdq_turned, pdq_turned_and_doubts};
use super::{Hasher, RatedPdq, Views};
use crate::Result;
use crate::hash::{Area, AreaKind, FrameHash, HashType, Pdq, Rendering, Turn, View};
use crate::media::{Frame, Picture};

impl Hasher {
    /// The hashes of one frame as it is stored, in every turn that is wanted.
    pub(super) fn hash_frame(&self, frame: &Frame) -> Result<Hashed> {
        let positions = self.positions(frame, false);
        let place = (frame.index, frame.ms);
        self.hash_rendering(&frame.picture, Rendering::Stored, &positions, place)
    }

    /// The hashes of one frame as it is stored and as viewers show it, in every turn that is wanted. A rendering that looks
    /// like another, and is no richer in detail, is left out.
    pub(super) fn hash_renderings(&self, frame: Frame) -> Result<(Vec<FrameHash>, Planes)> {
        // Of an animation the first frame stands for all.
        let finds_copies =
            self.views.find_copies() && self.types.contains(&HashType::Pdq) && frame.ms == 0;
        let positions = self.positions(&frame, finds_copies);
        let place = (frame.index, frame.ms);
        if self.views == Views::Stored || !frame.picture.is_rendered() {
            let stored = Rendering::Stored;
            let hashed = self.hash_rendering(&frame.picture, stored, &positions, place)?;
            return Ok((hashed.prints, hashed.planes));
        }
        let mut kept: Vec<Hashed> = Vec::new();
        let mut result = Ok(());
        frame.picture.each_rendering(|rendering, picture| {
            if result.is_err() || self.is_cancelled() {
                return;
            }
            match self.hash_rendering(picture, rendering, &positions, place) {
                Ok(hashed) if kept.iter().any(|known| known.covers(&hashed)) => {}
                Ok(hashed) => kept.push(hashed),
                Err(error) => result = Err(error),
            }
        });
        result?;
        let (mut prints, mut planes) = (Vec::new(), Planes::default());
        for hashed in kept {
            prints.extend(hashed.prints);
            planes.extend(hashed.planes);
        }
        prints.sort_by_key(|print| print.view.rendering);
        Ok((prints, planes))
    }

    /// The hashes of the samples of a picture, which are no colours.
    pub(super) fn hash_raw_samples(&self, picture: &Picture) -> Result<Vec<FrameHash>> {
        let positions = Positions {
            turns: vec![Turn::Original],
            upright: 1,
            finds_copies: false,
        };
        let rendering = Rendering::RawSamples;
        let hashed = self.hash_rendering(picture, rendering, &positions, (0, 0))?;
        Ok(hashed.prints)
    }

    /// The hashes of one rendering of a frame in these positions. The PDQ quality is needed whatever the types are: it
    /// tells a picture that is too flat for any hash.
    fn hash_rendering(
        &self,
        picture: &Picture,
        rendering: Rendering,
        positions: &Positions,
        (frame, ms): (u32, u64),
    ) -> Result<Hashed> {
        let turns = &positions.turns;
        let upright = turns[positions.upright - 1];
        let mut planes = Planes::default();
        if self.keeps_details() && !positions.finds_copies && ms == 0 {
            planes.add(rendering, copies::levels(picture));
        }
        let (rated, copies) = if positions.finds_copies {
            let doubted = pdq_turned_and_doubts(picture, turns);
            planes.add_doubts(doubted.iter().map(|(rated, doubts)| (rated.hash, *doubts)));
            let rated: Vec<RatedPdq> = doubted.into_iter().map(|(rated, _)| rated).collect();
            (rated, Some(copies::hashes(picture, self.views, upright)))
        } else {
            (pdq_turned(picture, turns), None)
        };
        // A document that is turned or inverted is as near to others of its template as it was.
        let is_document = copies.as_ref().is_some_and(|copies| copies.is_document);
        let mut prints = Vec::new();
        let kind = |place: usize| {
            if place < positions.upright {
                AreaKind::Whole
            } else {
                AreaKind::Turned
            }
        };
        for (place, (&turn, rated)) in turns.iter().zip(&rated).enumerate() {
            let kind = kind(place);
            let area = Area {
                kind,
                is_document: is_document && kind == AreaKind::Turned,
                ..Area::WHOLE
            };
            let print = |hash| FrameHash {
                hash,
                quality: rated.quality,
                frame,
                ms,
                view: View {
                    rendering,
                    area,
                    turn,
                },
            };
            if self.types.contains(&HashType::Pdq) {
                prints.push(print(rated.hash.into()));
            }
            // Turning pixels costs more than all that finds copies.
            if self.wants_family() && (area.kind == AreaKind::Whole || self.views == Views::All) {
                let turned;
                let picture = if turn == Turn::Original {
                    picture
                } else {
                    turned = turned_pixels(picture, turn);
                    &turned
                };
                prints.extend(self.family.hash(picture)?.into_iter().map(print));
            }
        }
        if let Some(copies) = copies {
            if let Some(levels) = copies.levels {
                planes.add(rendering, levels);
            }
            planes.add_doubts(copies.hashes.iter().map(|copy| (copy.hash, copy.doubts)));
            let inverted: Vec<CopyHash> =
                inverted(turns, &rated, &planes, upright, is_document).collect();
            planes.add_doubts(inverted.iter().map(|copy| (copy.hash, copy.doubts)));
            prints.extend(
                inverted
                    .into_iter()
                    .chain(copies.hashes)
                    .map(|copy| FrameHash {
                        hash: copy.hash.into(),
                        quality: copy.quality,
                        frame,
                        ms,
                        view: View {
                            rendering,
                            area: copy.area,
                            turn: copy.turn,
                        },
                    }),
            );
        }
        Ok(Hashed {
            pdq: rated[0].hash,
            quality: rated[0].quality,
            prints,
            planes,
        })
    }

    /// The positions that are wanted of a picture with these EXIF orientations, the stored one first.
    fn positions(&self, frame: &Frame, finds_copies: bool) -> Positions {
        let mut turns = vec![Turn::Original];
        if self.views != Views::Stored {
            let stated = [frame.orientation].into_iter();
            for orientation in stated.chain(frame.other_orientations.iter().copied()) {
                let turn = Turn::from_exif(orientation.into());
                turns.extend(turn.filter(|turn| !turns.contains(turn)));
            }
        }
        let upright = turns.len();
        if self.views == Views::All || finds_copies {
            let others = Turn::ALL.into_iter().filter(|turn| !turns.contains(turn));
            let others: Vec<Turn> = others.collect();
            turns.extend(others);
        }
        Positions {
            turns,
            upright,
            finds_copies,
        }
    }
}

/// The positions in which a frame is hashed.
struct Positions {
    /// Those that are stored or that the file asks for first.
    turns: Vec<Turn>,
    /// How many these are.
    upright: usize,
    /// Whether views are made beside them that undo changes.
    finds_copies: bool,
}

/// One frame that was hashed.
pub(super) struct Hashed {
    /// Its PDQ hash as it is stored, wanted or not.
    pub(super) pdq: Pdq,
    pub(super) quality: u8,
    pub(super) prints: Vec<FrameHash>,
    planes: Planes,
}

impl Hashed {
    /// Whether looking the other up as well would find nothing more. Its hashes are the same, and it is no richer.
    fn covers(&self, other: &Hashed) -> bool {
        let richer = self.prints.iter().zip(&other.prints);
        let mut richer = richer.filter(|(own, other)| own.quality < other.quality);
        same_hashes(&self.prints, &other.prints) && richer.next().is_none()
    }
}
/// The hashes of a picture with its levels exchanged, upright and mirrored, where they can be trusted.
fn inverted<'a>(
    turns: &'a [Turn],
    rated: &'a [RatedPdq],
    planes: &'a Planes,
    upright: Turn,
    is_document: bool,
) -> impl Iterator<Item = CopyHash> + 'a {
    let wanted = [Turn::Original, Turn::FlipHorizontal].map(|turn| upright.then(turn));
    turns.iter().zip(rated).filter_map(move |(turn, rated)| {
        let is_trusted = wanted.contains(turn) && rated.quality >= Pdq::QUALITY;
        is_trusted.then_some(CopyHash {
            // Of a picture whose levels are exchanged every coefficient changes its sign.
            hash: Pdq(rated.hash.0.map(|byte| !byte)),
            doubts: planes.doubts(&rated.hash.into()).unwrap_or(Pdq([255; 32])),
            quality: rated.quality,
            area: Area {
                kind: AreaKind::Inverted,
                is_document,
                ..Area::WHOLE
            },
            turn: *turn,
        })
    })
}

/// The pixels, turned.
fn turned_pixels(picture: &Picture, turn: Turn) -> Picture {
    let exif = (1..=8).find(|&exif| Turn::from_exif(exif.into()) == Some(turn));
    let orientation = exif
        .and_then(Orientation::from_exif)
        .expect("every turn has its number in EXIF");
    let mut image = picture
        .as_image()
        .expect("a picture for these hashes is whole")
        .clone();
    image.apply_orientation(orientation);
    Picture::new(image).expect("turning leaves the pixels")
}

pub(super) fn same_hashes(a: &[FrameHash], b: &[FrameHash]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.hash == b.hash)
}
