# 台账
ledger-head = 📂 隐患台账。点一项，或直接输入名称，例如“逾期”“彭店镇”“燃气”。
list-counted = { $name } { $count }
list-many = { $most }+
list-name-my = 我的
list-name-open = 未销号
list-name-overdue = ⏰ 逾期
list-name-major = 🔴 重大
list-name-reported = 待核实
list-name-verified = 待交办
list-name-submitted = 待复查
list-name-passed = 待销号
list-head = 📂 { $what }
list-head-narrowed = 📂 { $what } · { $only }
list-only-open = 未销号
list-only-overdue = 逾期
list-only-all = 全部
list-empty = { $what }：没有您能看到的隐患。
which-of-mine = 您说的是哪一条？请点编号。
list-my-empty = 您没有上报过隐患，现在也没有要您整改的。
list-end = 没有更多了。
list-late =
    { $days ->
        [0] ⏰ 今天已到期
       *[other] ⏰ 逾期 { $days } 天
    }
list-hidden = { $state } · 🔒 暗访，未移交
list-more-of-unit = 该单位还有 { $count } 处待交办
button-assign-unit = 📨 { $unit }：{ $count } 处一并交办
pick-town = 按镇
pick-sector = 按行业
pick-unit = 按单位
pick-town-head = 看哪个镇？点一个，或输入镇名、村名。（数字是未销号的）
pick-sector-head = 看哪个行业？点一个，或输入名称。（数字是未销号的）
pick-unit-head = 看哪个单位？点一个，或输入“查”和单位名称，例如：查 烧烤店

# 搜索
menu-search = 🔍 搜索
form-name-search = 搜索
ask-search = 🔍 查什么？输入几个字、编号、单位名或镇名，例如：彭店镇 液化气
ask-search-name = 搜索
search-head = 🔍 “{ $said }”，新的在前：
search-empty = 🔍 没有找到“{ $said }”，或您无权查看。请换几个字试试。刚上报的，过一会儿才能查到。
search-not-yet = 🔍 较新的里面没有“{ $said }”，可以往前再查。
search-cut = 字太多，只按“{ $said }”查。
search-one-letter = 单个字只能逐条找，较慢。多输几个字更快更准。
button-search-on = 往前再查 ▼
button-unit = 🏠 { $name }

# 一并交办
form-name-assign_unit = 一并交办
form-review-assign_unit = 请核对交办内容：
ask-assign-notice = 该单位有在办的交办通知，并进去吗？
ask-assign-notice-name = 交办通知
assign-new-notice = 单独发一份
assign-unit-head = 📨 { $unit }：{ $count } 处待交办
assign-unit-line = ▪ { $number } { $what }
assigned-unit-merged = ✅ { $count } 处隐患已并入 { $name } 的原交办，时限 { $due }。

# 照片、留言、同一处
button-photos = 📷 全部照片
photos-page = 📷 { $number } 的照片，第 { $first }–{ $last } 张（共 { $count } 张），依次为：
photos-in-order = 📷 依次为：整改前、整改后
photos-side-by-side = 📷 左（红框）整改前，右（绿框）整改后
photos-before = ▪ 整改前 { $count } 张
photos-after = ▪ 整改后 { $count } 张
photos-lookback = ▪ 回头看 { $count } 张
photos-comment = ▪ 留言所附 { $count } 张
history-photos = —— { $reason }（照片 { $count } 张）
follow-gone = { $number } 现在是“{ $state }”，不能再并入。请把“是否同一处”改掉，按新的隐患上报。
duplicate-of-hidden = { $number } 是未移交的暗访问题，不能把别的并进去。要合并，请先移交。
