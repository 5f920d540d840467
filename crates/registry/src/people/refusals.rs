//! The refusals that a registration may meet, and those of what this module stands on.

pub use zaichang_platform::http::refusals::*;

zaichang_platform::refusals! {
    PERSON_NOT_APPROVED "person_not_approved" 403
        ["注册尚未审核通过", "所在单位管理员审核通过后方可签到；单位为本人申报的，须先经主管部门确认。"]
        ["This registration has not been approved yet", "Check-in is possible once the unit's administrator has approved it; a unit that was proposed is confirmed by its authority first."]
    PERSON_INACTIVE "person_inactive" 403
        ["该账号已注销", "如有疑问，请联系所在单位管理员。"]
        ["This registration has been cancelled", "Please ask the unit's administrator."]
    PERSON_MERGED "person_merged" 403
        ["您的注册信息已合并", "您有另一条注册信息，两条已由主管部门合并为一条。请使用合并后保留的手机号登录；不清楚的，请持证件到所在单位查询。"]
        ["This registration was merged with another one of yours", "Your authority has merged the two. Please log in with the mobile number of the one that was kept; if you do not know which, show your document to your unit."]
    PERSON_IS_MERGED "person_is_merged" 409
        ["该人员已合并到其他人员", "请在合并后保留的人员页面办理；合并有误的，由办理合并的行政部门在人员页面撤销。"]
        ["The person was merged into another", "Please do it on the page of who stays; if they were merged by mistake, the authority that did it undoes it there."]
    PERSON_NOT_MERGED_INTO "person_not_merged_into" 409
        ["不能合并到所选人员", "请选择本部门管辖范围内、注册已通过、未注销、未合并到他人的另一名人员；不在管辖范围内的，由双方共同的上级行政部门办理。"]
        ["The person cannot be merged into this one", "Please choose another of a unit below yours, who is approved, not cancelled and not merged; an authority above both merges people of different areas."]
    MERGE_WAITS "merge_waits" 409
        ["该人员有尚未办结的调动或状态变更", "请先由其单位取消调出或撤回状态变更，或等待办结，再办理合并。"]
        ["A transfer or a change of state of this person waits", "Please have their unit cancel or withdraw it, or wait until it is decided."]
    MERGE_OVER "merge_over" 409
        ["该合并已撤销", "请刷新人员页面，查看合并记录。"]
        ["The merge was undone already", "Please load the person's page again and see their merges."]
    MERGE_BUILT_ON "merge_built_on" 409
        ["合并后已有新的办理，不能撤销", "请核对保留的人员此后的变更和签到；仍须分开的，请联系系统管理员。"]
        ["Something was built on the merge: it is not undone", "Please look at what was done since; if they are two people all the same, ask the system's administrator."]
    PERSON_STATE_HOLDS "person_state_holds" 409
        ["该日已是此状态", "请核对人员页面的状态记录，选择其他状态或日期。"]
        ["The person is in this state on that day already", "Please look at the person's states, and choose another state or day."]
    PERSON_STATES_OVERLAP "person_states_overlap" 409
        ["与已有状态的日期重叠", "请核对人员页面的状态记录，调整起止日期；缩短同一状态的，请填写其原起始日期，原起始日期未记录的，申请自新截止日期的次日起变更为“正常”；其他状态须先变更为“正常”，通过审核后再申请。"]
        ["Another state holds on some of these days", "Please look at the person's states and choose other days (a state is made shorter from its own first day on; where that is not known, have the person set to normal from the day after), or have the person set back to normal first."]
    PERSON_STATE_TOO_OFTEN "person_state_too_often" 409
        ["提交次数已达上限", "同一人员的状态变更 24 小时内最多提交 20 次，请核对，24 小时后再提交。"]
        ["It was submitted too often", "A person's change of state is submitted 20 times in 24 hours at most. Please check it, and submit it in 24 hours."]
    PERSON_IS_CANCELLED "person_is_cancelled" 409
        ["该人员已注销", "请先将其变更为“正常”，通过审核后再办理。"]
        ["The person is cancelled", "Please have the person set back to normal first."]
    PERSON_LET_GO "person_let_go" 409
        ["该人员已办理调出", "请等待新单位调入，由新单位继续办理；仍由本单位办理的，请先取消调出。"]
        ["The person has been let go already", "Another unit may take them in, and goes on from there; to do it here, cancel the transfer first."]
    PERSON_STATE_WAITS "person_state_waits" 409
        ["该人员的状态变更正在审核", "请等待审核完成，或由其单位先撤回申请；单位已停用的，由上级行政部门先审核。"]
        ["A change of the person's state waits for its verdict", "Please wait for it, or have their unit take it back first; of a closed unit the authority above judges it first."]
    NOBODY_LET_GO "nobody_let_go" 404
        ["未找到可调入的人员", "请核对姓名、证件类型和证件号码；原单位办理调出后方可调入。已办理的，请原单位在“人员调动”中查看：指定了其他单位或已过期的，由其重新办理；已由其他单位调入的，由该单位再办理调出。"]
        ["No person with this name and document was let go", "Please check name, document and number; the person's unit lets them go first. If it has, it sees under Transfers where that stands: meant for another unit, or expired, it is done anew; a unit that took them in by mistake lets them go again."]
    TRANSFERS_TOO_OFTEN "transfers_too_often" 409
        ["办理次数已达上限", "同一人员 24 小时内最多办理 20 次调出，请核对，24 小时后再办理。"]
        ["The person was let go too often", "A person is let go 20 times in 24 hours at most. Please check it, and let them go in 24 hours."]
    TRANSFER_OVER "transfer_over" 409
        ["该调动已结束", "可能已由其他单位调入，或原单位已取消。请联系原单位：其“人员调动”中显示已由哪个单位调入；调错的，由该单位再办理调出。"]
        ["This transfer has ended", "Another unit has taken the person in, or their own has kept them. Their unit sees under Transfers which one it was; if by mistake, that unit lets them go again."]
    TRANSFER_OF_OWN_UNIT "transfer_of_own_unit" 409
        ["该人员的调出由其单位办理", "请联系其单位的管理员办理或取消；单位停用后，由上级行政部门办理。"]
        ["The person's own unit decides this", "Please ask its administrators; the authority above does it for a unit that is closed."]
    TRANSFER_NOT_YET "transfer_not_yet" 409
        ["尚未到调出日期", "请在调出日期当日或之后调入。"]
        ["The first day has not come yet", "The person can be taken in from that day on."]
    PERSON_OF_THIS_UNIT "person_of_this_unit" 409
        ["该人员已在本单位", "无需调入：请在该人员页面取消调出。"]
        ["The person is of this unit already", "Nothing is to be taken in: please cancel the transfer on their page."]
    TRANSFER_UNIT_CLOSED "transfer_unit_closed" 409
        ["本单位已停用，不能调入人员", "请联系上级卫健行政部门。"]
        ["This unit is closed and takes no people in", "Please ask the authority above."]
    TRANSFER_OF_CANCELLED "transfer_of_cancelled" 409
        ["该人员已注销，不能调入", "请原单位取消调出，将其变更为“正常”，通过审核后再办理调出。"]
        ["The person has been cancelled and is not taken in", "Have their unit cancel the transfer and set them back to normal; once that is approved, it lets them go again."]
    TITLE_DAY_TAKEN "title_day_taken" 409
        ["该日已有另一职称", "请核对日期；原记录有误的，请先撤销再重新填写。"]
        ["Another title begins on this day", "Please check the day, or take the wrong entry out first."]
    TITLE_HOLDS "title_holds" 409
        ["该日已是此职称", "请核对职称与日期；现职称的日期有误的，请在工作信息中更正，以前的请撤销后重新填写。"]
        ["The person has this title on that day already", "Please check title and day. A wrong day of the title in force is put right among the person's work; one of before is taken out and entered anew."]
    TITLE_DAY_UNKNOWN "title_day_unknown" 409
        ["现职称尚无日期", "所填职称低于现职称，无法判断先后。请先在工作信息中填写现职称的日期，再填写以前的职称。"]
        ["The title in force has no day", "This one is lower, and may be of before. Please give the title in force its day among the person's work first."]
    TITLES_FULL "titles_full" 409
        ["职称记录已达上限", "每人最多保留 50 项有效的职称记录，请先撤销有误的记录。"]
        ["Too many titles stand", "A person has 50 at most: please take wrong entries out first."]
    TITLES_TOO_OFTEN "titles_too_often" 409
        ["填写或更正次数已达上限", "同一人员的职称 24 小时内最多填写和更正 20 次，请核对，24 小时后再填写。"]
        ["Titles were entered too often", "A person's titles are entered or put right 20 times in 24 hours at most. Please check them, and go on in 24 hours."]
    TITLE_IS_THE_ONLY_ONE "title_is_the_only_one" 409
        ["这是唯一的职称记录，不能撤销", "记录有误的，请在工作信息中更正。"]
        ["It is the only title there is", "Please put it right among the person's work instead."]
    NUMBER_TAKEN "number_taken" 409
        ["该证件号码已注册", "请核对证件号码。如系本人已注册，请使用注册时的手机号登录；手机号已更换的，请持证件到所在单位办理变更；调换单位的无需重新注册，由原单位办理调出、新单位调入。"]
        ["This document is registered already", "Please check the number. If the registration is your own, log in with its mobile number; if that has changed, show the document to your unit. Who changes units does not register again: the old unit lets them go, the new one takes them in."]
    PHONE_TAKEN "phone_taken" 409
        ["该手机号已注册", "请直接使用该手机号登录；不是本人的，请联系所在单位管理员。"]
        ["This mobile number is registered already", "Please log in with it; if it is not your registration, ask the unit's administrator."]
    PHONE_REGISTERS "phone_registers" 409
        ["该手机号已提交注册申请", "请先用该手机号登录并撤回注册申请，再更换手机号。"]
        ["A registration with this mobile number waits for its verdict", "Please log in with it and withdraw the registration first."]
    PHONE_CHANGES_USED "phone_changes_used" 429
        ["今日更换手机号的次数已用完", "请于次日再试，或持证件到所在单位办理。"]
        ["The mobile number was changed too often today", "Please go on tomorrow, or show your document to your unit."]
    PHONE_NOT_OWN "phone_not_own" 403 wrong_guess
        ["这不是您原来的手机号", "请填写登录本平台使用的手机号；已不能使用的，请改用姓名和证件号码核验。"]
        ["This is not the mobile number that you log in by", "Please give that one; if it is lost, use your name and document number."]
    IDENTITY_WRONG "identity_wrong" 403 wrong_guess
        ["姓名或证件号码与注册信息不符", "请按注册信息填写；注册信息有误的，请联系所在单位管理员。"]
        ["Name and document number are not those of your registration", "Please give them as registered; if the registration is wrong, ask your unit's administrator."]
    IDENTITY_TRIED "identity_tried" 429
        ["今日核对身份的次数已用完", "请于次日再试，或用原手机号验证；也可持证件到所在单位办理。"]
        ["Name and document number were tried too often today", "Please go on tomorrow, use your old mobile number, or show your document to your unit."]
    PHONE_PROOF_ENDED "phone_proof_ended" 410
        ["本人核验已过期", "请重新核验后再提交。"]
        ["It has to be proved again that it is you", "Please prove it once more, then send it again."]
    PERSON_HAS_LOGGED_IN "person_has_logged_in" 409
        ["姓名和证件号码不能在此更正", "仅从文件导入且从未登录的人员可由单位更正姓名和证件号码；手机号和医通卡号仍可更正。"]
        ["Name and document number cannot be put right here", "A unit may do that for people who were imported and have never logged in; phone and card number can be put right."]
    PERSON_HAS_CHECK_INS "person_has_check_ins" 409
        ["该人员已有签到记录，证件号码不能更正", "签到记录属于该证件号码的持有人，不能改为他人。请只更正姓名、手机号或医通卡号；证件号码请在首次签到之前更正。"]
        ["The person has check-ins: the document number stays", "Records belong to the person whom the number names, and are not handed to somebody else. Please put right name, phone or card number alone; a number is put right before the first check-in."]
    NUMBER_REGISTERS "number_registers" 409
        ["该证件号码已提交注册申请", "请本人撤回注册申请，或由所申请的单位退回，然后再更正。"]
        ["A registration with this document number waits for its verdict", "Have the applicant withdraw it, or its unit return it; then put the number right."]
    ANSWERS_USED "answers_used" 429
        ["今日核对他人号码的次数已用完", "每个账号每日最多获知 2,000 个号码已由他人使用，含导入时的检查。请于次日再更正，或由本单位其他管理员办理。"]
        ["Too many numbers of others were compared today", "An account is told of 2,000 a day, in imports as well. Please go on tomorrow, or ask another administrator of the unit."]
    CARD_TAKEN "card_taken" 409
        ["该医通卡号已由他人使用", "请核对卡号；确属本人的，请在课程的“协助签到”中输入卡号，查明由哪个单位录入，由该单位更正。"]
        ["Somebody else has this card number", "Please check it; if it is this person's, it finds the unit that has entered it in a course's Assisted check-in: that unit can take it away."]
    PEOPLE_OF_UNITS_ONLY "people_of_units_only" 409
        ["本账号不能导入人员", "本账号所属的不是机构，或该机构已停用；请由人员所在单位的管理员导入。"]
        ["This account imports no people", "It is of no institution, or of one that is closed: please have an administrator of the people's unit import them."]
    INVITATIONS_NOT_OFFERED "invitations_not_offered" 409
        ["平台尚未设置邀请短信模板", "不能发送邀请短信。请联系平台运维人员设置，或以其他方式告知人员。"]
        ["The platform has no template for invitations", "Please ask its operator to set one, or tell people otherwise."]
    NO_ID_CARD "no_id_card" 409
        ["注册证件不是居民身份证，不支持人脸核验", "请会务人员协助签到。"]
        ["A face check needs an ID card", "The staff can check this person in instead."]
}
