//! The refusals of workbooks and of what is imported from them.

pub use crate::http::refusals::*;

crate::refusals! {
    WORKBOOK_UNREADABLE "workbook_unreadable" 400
        ["文件无法识别", "请选择 .xlsx 工作簿或 .csv 文件；如果是其他格式，请先在表格软件中另存为 .xlsx。"]
        ["This file cannot be read", "Please choose an .xlsx workbook or a .csv file; anything else save as .xlsx first."]
    WORKBOOK_OF_OLD_FORM "workbook_of_old_form" 400
        ["旧版 .xls 格式或带密码的文件无法读取", "请用表格软件打开，去除密码，另存为 .xlsx 后重新选择。"]
        ["A file of the old form .xls, or one with a password, cannot be read", "Please open it, take the password away, save it as .xlsx and choose it again."]
    WORKBOOK_TOO_LARGE "workbook_too_large" 413
        ["文件过大", "请去除图片、多余的工作表和数据下方带格式的空行，或分成几个文件分别导入；一个文件不超过 16 MB。"]
        ["The file is too large", "Please take out pictures, other sheets and formatted empty rows below the data, or send it in parts; a file has 16 MB at most."]
    WORKBOOK_OF_ANOTHER_KIND "workbook_of_another_kind" 400
        ["不是所需的表格", "表头中没有必填的列。请下载模板，按模板的列名填写。"]
        ["This is not the workbook that is asked for", "Its head lacks a required column. Please download the template and name the columns as it does."]
    WORKBOOK_EMPTY "workbook_empty" 400
        ["表格中没有内容", "表头以下没有填写任何一行，请填写后重新选择。"]
        ["The workbook is empty", "No row below its head holds anything: please fill it in and choose it again."]
    IMPORT_OF_OTHERS "import_of_others" 409
        ["文件中的他人信息过多", "较多人员属于其他单位，或手机号、医通卡号已由他人使用，今日不再逐行核对。请与人员本人或其单位核对名单，次日再检查。"]
        ["The file holds too many people who are not yours", "Many are registered at other units, or have others' phones or cards, and no more rows are compared today. Please check the list with these people or their units, and send it again tomorrow."]
    IMPORT_OF_TOO_MANY_OTHERS "import_of_too_many_others" 409
        ["文件中的他人信息过多", "超过 2,000 行的人员属于其他单位，或手机号、医通卡号已由他人使用，这样的文件不逐行核对。请与人员本人或其单位核对名单，或分成几个文件分日检查。"]
        ["The file holds too many people who are not yours", "More than 2,000 are registered at other units, or have others' phones or cards: such a file is not compared. Please check the list with these people or their units, or send it in parts on several days."]
    IMPORT_NOT_ALLOWED "import_not_allowed" 403
        ["本账号已不能导入", "账号已停用、须先修改密码，或不再有导入所需的权限。请由有权限的管理员重新导入。"]
        ["This account may not import any more", "It is disabled, has to change its password first, or has the right no longer. Please have an administrator with the right send the file again."]
    IMPORT_NOT_CHECKED "import_not_checked" 409
        ["文件还未检查完", "请等待检查结束，查看结果后再导入。"]
        ["The file is still being checked", "Please wait for its result, and look at it before importing."]
    IMPORT_DONE "import_done" 409
        ["该文件已经导入", "请查看导入结果；如需继续导入，请重新选择文件。"]
        ["This file has been imported already", "Please look at the result; to import more, choose a file again."]
    IMPORT_SEEN_OTHERWISE "import_seen_otherwise" 409
        ["数据在检查之后有变化", "请重新查看检查结果，核对后再导入。"]
        ["Something has changed since the file was checked", "Please look at the result anew before importing."]
    IMPORT_HAS_FAULTS "import_has_faults" 409
        ["部分行有误", "请下载标注后的文件，更正后重新选择；或选择只导入无误的行。"]
        ["Some rows are wrong", "Please download the marked file, put them right and choose it again; or import the good rows alone."]
}
