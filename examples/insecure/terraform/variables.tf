variable "account_id" {
  description = "The account that the migration runs in."
  type        = string
}

variable "ledger_password" {
  description = "Password of the user dms in the ledger database."
  type        = string
  sensitive   = true
}
