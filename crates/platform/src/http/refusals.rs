//! The refusals that every request may meet, whatever it asks.

crate::refusals! {
    ORIGIN_REFUSED "origin_refused" 403
        ["请求来源不被允许", "请从本平台的页面进行操作。"]
        ["This origin is not allowed", "Please use the platform's own pages."]
    FORBIDDEN "forbidden" 403
        ["没有权限", "请使用有相应权限的账号登录。"]
        ["Not allowed", "Please log in with an account that may do this."]
    BAD_REQUEST "bad_request" 400
        ["请求内容有误", "请检查标出的字段。"]
        ["The request is not valid", "Please check the field that is named."]
    NOT_FOUND "not_found" 404
        ["未找到相关内容", "请检查地址。"]
        ["Not found", "Please check the address."]
    METHOD_NOT_ALLOWED "method_not_allowed" 405
        ["不支持该操作", "请按接口文档使用正确的方法。"]
        ["This method is not allowed here", "Please see the API's page for the right one."]
    BODY_TOO_LARGE "body_too_large" 413
        ["请求内容过大", "请缩短后重试。"]
        ["The body is too large", "Please send less."]
    UNSUPPORTED_MEDIA_TYPE "unsupported_media_type" 415
        ["请求格式不支持", "请以 application/json 提交。"]
        ["This media type is not supported", "Please send application/json."]
    VERSION_REQUIRED "version_required" 428
        ["请求未说明版本", "请先读取该内容，再以其 ETag 作为 If-Match 提交更改。"]
        ["The request does not say which version it changes", "Please read it first, and send its ETag as If-Match with the change."]
    CHANGED_MEANWHILE "changed_meanwhile" 412
        ["内容已有新的修改", "请核对现有内容后再次保存。"]
        ["It has been changed meanwhile", "Please look at what stands now, and save the change again."]
    TOO_MANY_WORDS "too_many_words" 400
        ["查找的词过多", "一次最多查找 5 个词，请减少后再查找。"]
        ["Too many words to search for", "A search takes 5 words at most: please leave some out."]
    SEARCH_TOO_SLOW "search_too_slow" 422
        ["查找用时过长，已停止", "请缩短日期范围，或输入更具体的内容后再查找。"]
        ["The search took too long and was stopped", "Please choose fewer days or more exact words, and search again."]
    TOO_MANY_REQUESTS "too_many_requests" 429
        ["操作过于频繁", "请稍候再试。"]
        ["Too many requests", "Please wait a moment and try again."]
    BUSY "busy" 503
        ["当前使用人数较多", "请稍候片刻：签到会自动重试，其他操作请再试一次。"]
        ["Many people at once", "Please wait a moment: a check-in is tried again by itself, anything else please try once more."]
    STORAGE_UNAVAILABLE "storage_unavailable" 503
        ["系统暂时无法保存", "请稍候再试；手机扫码已保留，系统将自动重试，无需重新排队。"]
        ["Storage is not available for a moment", "Please try again in a moment; what a phone has scanned is kept and tried again by itself."]
    TIMEOUT "timeout" 503
        ["处理超时", "请稍候重试，重复提交不会重复签到。"]
        ["It took too long", "Please try again: nothing is counted twice."]
    INTERNAL "internal" 500
        ["系统出现错误", "请稍候重试；如仍有问题，请将请求编号告知管理员。"]
        ["Something went wrong here", "Please try again; if it stays, tell us the request id."]
}
