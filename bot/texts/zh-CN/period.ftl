# 重点时段：值守要求
duty-level-reachable = 带班领导保持联系
duty-level-onsite = 领导到岗带班、24小时值班
duty-level-all_hands = 全员在岗
ask-period-level = 值守要求是哪一种？
ask-period-level-name = 值守要求
ask-period-reports = 各岗位每天几点前报平安（零报告）？不要就点“跳过”。（可以输入，例如 9:00、15:00）
ask-period-reports-name = 零报告时间
ask-period-area = 哪里要值守？（可以输入镇名）
ask-period-area-name = 范围
period-everywhere = 全县
period-level = 请选一种值守要求。
period-reports = 没看懂时间“{ $said }”。请写成 15:00，或 9:00、15:00。
period-reports-many = 零报告每天最多 { $most } 次。
roster-level = 要求：{ $level }
roster-reports = 每天报平安：{ $times } 前
