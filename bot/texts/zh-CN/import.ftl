# 各种导入共用
import-row = 第 { $row } 行：{ $fault }
import-errors =
    有 { $count } 处错误，一行也没有导入：
    { $errors }
import-columns = 缺少这些列：{ $columns }
import-empty = 表里没有内容。
import-area-blank = 缺少代码或名称
import-area-level = 级别应为 county、town、village 或 grid（{ $value }）
import-area-twice = 代码 { $value } 重复
import-area-parent = { $value } 的上级不在它前面，或代码不以上级代码开头
import-one-county = 应有且只有一个县（county），表里有 { $count } 个。

# 人员表
people-no-name = 没有姓名
people-name = 姓名只能是文字：{ $value }
people-long = “{ $column }”不能超过 { $most } 个字
people-no-phone = 没有电话
people-phone = 电话不对：{ $value }（应为 11 位手机号或座机；表格里请把这一列设成文本）
people-two-sheets = 有几个工作表都像人员表：{ $sheets }。请只留一个。
people-phone-twice = 电话 { $phone } 在第 { $row } 行是 { $name } 的
people-no-role = 没有角色
unknown-role = 没有“{ $role }”这个角色
people-role-needs-area = { $role }须写明镇或村
people-role-needs-town = { $role }须写明是哪个镇（写到镇，不写村）
people-role-needs-unit = { $role }须写明单位
people-role-needs-sector = { $role }须写明行业领域
people-sector = 没有行业领域“{ $value }”
people-area-unknown = 没有“{ $value }”这个镇或村
people-area-near = 没有“{ $value }”这个镇或村（是不是“{ $near }”？）
people-area-which = 叫“{ $value }”的不止一处，请写全：{ $choices }
people-lang = 语言应为 中文 或 英文（{ $value }）
people-formula = “{ $column }”是公式，且没有存下结果；请改成数值

# 读文件
sheet-empty = 文件是空的。
sheet-old-xls = 这是旧版 .xls 文件。请在 Excel 或 WPS 里另存为 .xlsx 再试。
sheet-encrypted = 文件有密码。请去掉密码后再试。
sheet-not-readable = 文件打不开，或不是表格。请用 .xlsx 或 .csv。
sheet-too-many-rows = 行数太多，最多 { $most } 行。

# 重大事故隐患判定标准
criterion-blank = 没有填 { $column }
criterion-long = 内容不能超过 { $most } 个字
criterion-number = { $column } 写得不对（{ $value }）
criterion-sector = 没有“{ $value }”这个行业
criterion-day = 日期不对（{ $value }），请写成 2026-07-01
criterion-ends-early = 失效日期 { $value } 早于生效日期
criterion-twice = { $code } 的同一版本在第 { $row } 行已有
criterion-overlap = { $code } 的旧版失效日期不早于新版生效日期，一行也没有导入。
criterion-unknown = 没有这条判定标准。
