# A MySQL ledger in the data centre, copied to S3. Each of the five problems is marked with the rule that finds it.

resource "aws_kms_key" "dms" {
  description = "Storage and connection information of the ledger migration"

  # DMS10 on the replication instance: AWS DMS cannot use an asymmetric key.
  customer_master_key_spec = "RSA_4096"
  key_usage                = "ENCRYPT_DECRYPT"
}

resource "aws_dms_replication_subnet_group" "migration" {
  replication_subnet_group_id          = "ledger"
  replication_subnet_group_description = "Private subnets of the ledger migration"
  subnet_ids                           = [aws_subnet.a.id, aws_subnet.b.id]
  tags                                 = { Name = "ledger" }
}

resource "aws_dms_replication_instance" "ledger" {
  replication_instance_id    = "ledger"
  replication_instance_class = "dms.t3.medium"
  kms_key_arn                = aws_kms_key.dms.arn # DMS10
  # DMS33: no engine_version says that this instance supports the VPC endpoint it reaches S3 through.
  replication_subnet_group_id = aws_dms_replication_subnet_group.migration.id
  vpc_security_group_ids      = [aws_security_group.dms.id]
  publicly_accessible         = false
  auto_minor_version_upgrade  = true
  multi_az                    = true
  tags                        = { Name = "ledger" }
}

resource "aws_dms_endpoint" "ledger" {
  endpoint_id   = "ledger-mysql"
  endpoint_type = "source"
  engine_name   = "mysql"
  server_name   = "10.20.4.15"
  port          = 3306
  username      = "dms"
  password      = var.ledger_password
  tags          = { Name = "ledger-mysql" }

  # DMS11: no kms_key_arn, so AWS encrypts the password with the key of the account.
  # DMS20: no ssl_mode, so password and rows cross the VPN in the clear.
}

resource "aws_dms_s3_endpoint" "archive" {
  endpoint_id                       = "ledger-archive"
  endpoint_type                     = "target"
  bucket_name                       = aws_s3_bucket.archive.id
  service_access_role_arn           = aws_iam_role.archive.arn
  encryption_mode                   = "SSE_KMS"
  server_side_encryption_kms_key_id = aws_kms_key.archive.arn
  data_format                       = "parquet"
  tags                              = { Name = "ledger-archive" }
}

resource "aws_dms_replication_task" "ledger" {
  replication_task_id      = "ledger"
  migration_type           = "full-load-and-cdc"
  replication_instance_arn = aws_dms_replication_instance.ledger.replication_instance_arn
  source_endpoint_arn      = aws_dms_endpoint.ledger.endpoint_arn
  target_endpoint_arn      = aws_dms_s3_endpoint.archive.endpoint_arn
  tags                     = { Name = "ledger" }

  table_mappings = jsonencode({
    rules = [{
      rule-type      = "selection"
      rule-id        = "1"
      rule-name      = "ledger"
      object-locator = { schema-name = "ledger", table-name = "%" }
      rule-action    = "include"
    }]
  })

  replication_task_settings = jsonencode({
    Logging = {
      EnableLogging = true
      LogComponents = [
        for component in ["SOURCE_UNLOAD", "SOURCE_CAPTURE", "TARGET_LOAD", "TARGET_APPLY"] :
        { Id = component, Severity = "LOGGER_SEVERITY_DEFAULT" }
      ]
    }
  })
}
