# A MySQL ledger in the data centre, copied to S3.

resource "aws_kms_key" "dms" {
  description         = "Storage and connection information of the ledger migration"
  enable_key_rotation = true
}

# The authority that signed the certificate of the MySQL server.
resource "aws_dms_certificate" "ledger" {
  certificate_id  = "ledger-ca"
  certificate_pem = var.ledger_ca
  tags            = { Name = "ledger-ca" }
}

resource "aws_dms_replication_subnet_group" "migration" {
  replication_subnet_group_id          = "ledger"
  replication_subnet_group_description = "Private subnets of the ledger migration"
  subnet_ids                           = [aws_subnet.a.id, aws_subnet.b.id]
  tags                                 = { Name = "ledger" }
}

resource "aws_dms_replication_instance" "ledger" {
  replication_instance_id     = "ledger"
  replication_instance_class  = "dms.t3.medium"
  engine_version              = "3.6.1"
  kms_key_arn                 = aws_kms_key.dms.arn
  replication_subnet_group_id = aws_dms_replication_subnet_group.migration.id
  vpc_security_group_ids      = [aws_security_group.dms.id]
  publicly_accessible         = false
  auto_minor_version_upgrade  = true
  multi_az                    = true
  tags                        = { Name = "ledger" }
}

resource "aws_dms_endpoint" "ledger" {
  endpoint_id     = "ledger-mysql"
  endpoint_type   = "source"
  engine_name     = "mysql"
  server_name     = "10.20.4.15"
  port            = 3306
  username        = "dms"
  password        = var.ledger_password
  ssl_mode        = "verify-ca"
  certificate_arn = aws_dms_certificate.ledger.certificate_arn
  kms_key_arn     = aws_kms_key.dms.arn
  tags            = { Name = "ledger-mysql" }
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
