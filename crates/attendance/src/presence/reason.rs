//! Why a check-in is suspected: each finding with its facts, and the sentence that explains it to staff in both languages.
//! Attendees are never shown any of it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use zaichang_platform::http::language::Language;

/// What was found. The facts are counts and times, never who or where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "rule", rename_all = "snake_case")]
pub enum Finding {
    /// How old the oldest of the day's codes was on arrival, and how many codes there were.
    CodeAge {
        oldest_ms: i32,
        codes: usize,
    },
    Scene {
        scene: u16,
    },
    /// As WeChat says, 0 to 4.
    RiskRank {
        rank: u8,
    },
    DeviceOfOthers {
        people: u32,
    },
    NewDevice,
    FaceFailed {
        times: u32,
    },
    /// At least so far from the hall, as the phone said.
    Distance {
        metres: i32,
    },
    SeveralDevices {
        devices: usize,
    },
    /// How many people of the hall came over the same network.
    LoneNetwork {
        people: usize,
        hall: usize,
    },
    /// The pass became its person's so long after the scan over another network, and how many of the hall scanned over that.
    PresentedElsewhere {
        after_ms: i32,
        people: usize,
        hall: usize,
    },
    /// The same over another of the hall's own networks.
    ChangedNetwork {
        after_ms: i32,
    },
    /// How many of the day's scans were made without the login that the person had.
    ScannedWithoutLogin {
        times: usize,
        scans: usize,
    },
    TogetherFromAfar {
        people: usize,
    },
    TogetherFromOneNetwork {
        people: usize,
    },
    /// With how many others every code of the day was shared.
    AlwaysTogether {
        people: usize,
        codes: usize,
    },
    SpotChecks {
        missed: usize,
        asked: usize,
    },
}

/// A finding and how heavily it weighs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Reason {
    pub points: i32,
    #[serde(flatten)]
    pub finding: Finding,
}

impl Finding {
    /// The sentence for staff.
    pub fn said(&self, points: i32, language: Language) -> String {
        match language {
            Language::Chinese => self.in_chinese(points),
            Language::English => self.in_english(points),
        }
    }

    fn in_chinese(&self, points: i32) -> String {
        match self {
            Self::CodeAge { codes, .. } if points < 0 => {
                format!("当日 {codes} 次扫码的二维码时效均正常，符合现场扫码的特征（降低可疑评分）")
            }
            Self::CodeAge { oldest_ms, codes } => format!(
                "二维码提交时偏旧：当日 {codes} 次扫码中最旧的已显示 {:.1} 秒，转发的二维码通常如此",
                thousandth(*oldest_ms)
            ),
            Self::Scene { scene } => {
                format!("手机报告扫描的是图片（场景值 {scene}），并非用相机扫描会场屏幕")
            }
            Self::RiskRank { rank } => format!("微信将此账号的风险评为 {rank} 级（最高 4 级）"),
            Self::DeviceOfOthers { people } => format!("此设备在其他日子为另外 {people} 人签到过"),
            Self::NewDevice => "此人以往使用其他设备签到，本次设备为首次使用".to_owned(),
            Self::FaceFailed { times } => format!("人脸核验通过前失败 {times} 次"),
            Self::Distance { metres } => {
                format!("手机报告所在位置距会场至少 {:.1} 公里", thousandth(*metres))
            }
            Self::SeveralDevices { devices } => {
                format!("此人当日使用 {devices} 台设备签到；同一手机上的手机网页和小程序计为两台")
            }
            Self::LoneNetwork { people: 1, hall } => {
                format!("网络与会场不同：全场 {hall} 人中只有此人从该网络签到")
            }
            Self::LoneNetwork { people, hall } => {
                format!("网络与会场不同：全场 {hall} 人中只有 {people} 人从该网络签到")
            }
            Self::PresentedElsewhere { after_ms, people, hall } => format!(
                "扫码与提交不在同一网络：扫码 {:.0} 秒后从另一网络提交，全场 {hall} 人中有 {people} 人从该网络扫码，像是由他人代扫后转来的",
                thousandth(*after_ms)
            ),
            Self::ChangedNetwork { after_ms } => format!(
                "扫码 {:.0} 秒后换到会场的另一网络提交；手机离开无线网络时也会如此",
                thousandth(*after_ms)
            ),
            Self::ScannedWithoutLogin { times, scans } => {
                format!("当日 {scans} 次扫码中有 {times} 次未带此人已有的登录，像是由他人代扫后转来的")
            }
            Self::TogetherFromAfar { people } => {
                format!("同一二维码被 {people} 名处于不同网络的人员使用，符合转发到群的特征")
            }
            Self::TogetherFromOneNetwork { people } => {
                format!("同一二维码被同一外部网络上的 {people} 人使用")
            }
            Self::AlwaysTogether { people, codes } => {
                format!("当日 {codes} 个二维码，每次都与相同的 {people} 人使用同一个，符合脚本转发的特征")
            }
            Self::SpotChecks { asked, .. } if points < 0 => {
                format!("抽查 {asked} 次，应答情况正常（降低可疑评分）")
            }
            Self::SpotChecks { missed, asked } => format!("抽查 {asked} 次，{missed} 次未应答"),
        }
    }

    fn in_english(&self, points: i32) -> String {
        match self {
            Self::CodeAge { codes, .. } if points < 0 => {
                format!(
                    "The codes of {codes} scans today were young, as they are in the hall (this speaks for the person)"
                )
            }
            Self::CodeAge { oldest_ms, codes } => format!(
                "The code was old on arrival: the oldest of {codes} today had been shown for {:.1} s, as relayed codes have",
                thousandth(*oldest_ms)
            ),
            Self::Scene { scene } => {
                format!(
                    "The phone says that a picture was scanned (scene {scene}), not the venue's screen by camera"
                )
            }
            Self::RiskRank { rank } => format!("WeChat puts this account's risk at {rank} of 4"),
            Self::DeviceOfOthers { people } => {
                format!("On other days this device has checked in {people} other people")
            }
            Self::NewDevice => {
                "This person came with other devices before, and with this one for the first time".to_owned()
            }
            Self::FaceFailed { times } => format!("The face check failed {times} times before it succeeded"),
            Self::Distance { metres } => {
                format!("The phone says that it was {:.1} km from the hall at least", thousandth(*metres))
            }
            Self::SeveralDevices { devices } => {
                format!(
                    "This person used {devices} devices today; web page and mini-program on one phone are two"
                )
            }
            Self::LoneNetwork { people: 1, hall } => {
                format!("A network unlike the hall's: of {hall} people only this one came over it")
            }
            Self::LoneNetwork { people, hall } => {
                format!("A network unlike the hall's: of {hall} people only {people} came over it")
            }
            Self::PresentedElsewhere { after_ms, people, hall } => format!(
                "Scanned over one network and handed in {:.0} s later over another, over which {people} of {hall} people scanned, as when somebody else scans and sends the pass on",
                thousandth(*after_ms)
            ),
            Self::ChangedNetwork { after_ms } => format!(
                "Handed in {:.0} s after the scan over another of the hall's networks, as also happens when a phone leaves the Wi-Fi",
                thousandth(*after_ms)
            ),
            Self::ScannedWithoutLogin { times, scans } => format!(
                "{times} of the day's {scans} scans were made without the login that this person had, as when somebody else scans and sends the pass on"
            ),
            Self::TogetherFromAfar { people } => format!(
                "{people} people on as many foreign networks used one and the same code, as when it is sent to a group"
            ),
            Self::TogetherFromOneNetwork { people } => {
                format!("{people} people on one foreign network used one and the same code")
            }
            Self::AlwaysTogether { people, codes } => format!(
                "Each of the day's {codes} codes was used together with the same {people} people, as when a script sends them on"
            ),
            Self::SpotChecks { asked, .. } if points < 0 => {
                format!(
                    "{asked} spot checks were answered as by people who are there (this speaks for the person)"
                )
            }
            Self::SpotChecks { missed, asked } => {
                format!("{missed} of {asked} spot checks were not answered")
            }
        }
    }
}

/// Seconds of milliseconds, kilometres of metres.
fn thousandth(of: i32) -> f64 {
    f64::from(of) / 1000.0
}
